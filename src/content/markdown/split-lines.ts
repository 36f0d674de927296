import type { Break, Paragraph, PhrasingContent } from 'mdast';

import { wordsOf } from './html/html-tags.ts';
import { isImageOrLinked } from './to-images.ts';

interface Line {
  readonly nodes: readonly PhrasingContent[];
  /** The text at its beginning, blanks before it left out. */
  readonly begins: string;
}

/**
 * Divides a paragraph at lines that are an image alone: `![...](...)` and its caption in the next line. Undefined for
 * one without such lines.
 */
export function splitAtImages(node: Paragraph): readonly Paragraph[] | undefined {
  if (!node.children.some(isImageOrLinked)) return undefined;
  const lines = linesOf(node.children);
  const groups: { readonly ofImages: boolean; readonly lines: (readonly PhrasingContent[])[] }[] = [];
  for (const { nodes } of lines) {
    const ofImages =
      nodes.some(isImageOrLinked) && nodes.every((child) => isImageOrLinked(child) || isBlank(child));
    if (groups.at(-1)?.ofImages !== ofImages) groups.push({ ofImages, lines: [] });
    groups.at(-1)?.lines.push(nodes);
  }
  if (groups.length < 2) return undefined;
  return groups.flatMap((group): Paragraph[] => {
    const children = group.lines.flatMap((line, index) => (index === 0 ? [...line] : [lineEnd, ...line]));
    const [first] = children;
    if (first === undefined) return [];
    const position = first.position && {
      start: first.position.start,
      end: children.at(-1)?.position?.end ?? first.position.end,
    };
    return [{ type: 'paragraph', children, ...(position === undefined ? {} : { position }) }];
  });
}

/** Divides a paragraph each of whose lines is a link alone: they are links of their own. Undefined for any other. */
export function splitAtLinks(node: Paragraph): readonly Paragraph[] | undefined {
  if (node.children[0]?.type !== 'link') return undefined;
  const lines = linesOf(node.children).map(({ nodes }) => nodes.filter((child) => !isBlank(child)));
  if (lines.length < 2) return undefined;
  const links = lines.flatMap(([only, ...rest]) =>
    only?.type === 'link' && rest.length === 0 ? [only] : [],
  );
  if (links.length < lines.length) return undefined;
  return links.map((link) => {
    const paragraph: Paragraph = { type: 'paragraph', children: [link] };
    if (link.position !== undefined) paragraph.position = link.position;
    return paragraph;
  });
}

const lineEnd: PhrasingContent = { type: 'text', value: '\n' };
const hardBreak: Break = { type: 'break' };

/** Lines that begin with one of these are lines of their own, though Markdown lets them run together. */
const signs: readonly { readonly pattern: RegExp; readonly from: number }[] = [
  { pattern: /^[•‣◦▪▫●○■□➤►✓✔➜·∙]\s*\S/u, from: 1 },
  { pattern: /^[☐☑☒✗✘★☆♦❖◆▶→⇒]\s*\S/u, from: 2 },
  { pattern: /^(?:[–—−]\s*|-{2,3}\s+)\S/u, from: 2 },
  { pattern: /^\(?(?:[a-h]|[A-H])[.)]\s+\S/u, from: 2 },
  // Check boxes without a bullet, numbers that Markdown does not know, dates of a pasted chat.
  { pattern: /^\[[ xX]\]\s+\S/u, from: 2 },
  { pattern: /^(?:\(\d{1,2}\)|\d{1,2}(?:\.\)|:)|§+\s?\d+|(?:No|Nr|N°|Nº|№)\.?\s?\d+)\.?\s+\S/iu, from: 2 },
  { pattern: /^\[?\d{1,2}[./]\d{1,2}[./]\d{2,4},?\s+\d{1,2}:\d{2}/u, from: 2 },
  // Outlines and times of day: "1.2 Money", "10.30 Uhr: Rede".
  { pattern: /^\d{1,2}(?:\.\d{1,2})+\.?\s+\p{Lu}/u, from: 2 },
  { pattern: /^\d{1,2}(?:[:.h]\d{2}(?!\d|\s*(?:%|percent|million))|\s?[ap]\.?m\b)/iu, from: 2 },
  { pattern: /^\(?(?:i{1,3}|iv|vi{0,3}|ix|x)[.)]\s+\S/u, from: 2 },
  { pattern: /^\(?[\u0660-\u0669\u06F0-\u06F9\u0966-\u096F]{1,2}\s?[.)–-]\s*\S/u, from: 2 },
  {
    pattern:
      /^(?:\p{Emoji_Presentation}|\p{Extended_Pictographic}\uFE0F|[\d#*]\uFE0F?\u20E3|\p{Regional_Indicator}{2})/u,
    from: 2,
  },
];

/** "Coffee ..... $3.50" and the bars of a poll. */
const leaderLine = /(?<![.…█▇▓▒░■□_])(?:\.{4,}|…{2,}|[█▇▓▒░■□]{2,}|_{4,})\D{0,4}\d/u;

/** "Status: sent", if each line of a paragraph is one. */
const fieldLine = /^\p{L}[\p{L}\p{N} /-]{0,30}:\s+\S/u;

/** Ends lines where the next one begins with a sign of a list, an emoji or a label, if several do. */
export function keepLines(children: readonly PhrasingContent[]): readonly PhrasingContent[] {
  if (!children.some((child) => child.type === 'text' && child.value.includes('\n'))) return children;
  const lines = linesOf(children);
  if (lines.length < 2) return children;
  const counts = signs.map(({ pattern }) => lines.filter(({ begins }) => pattern.test(begins)).length);
  const labels = lines.filter(isLabelled).length;
  const isTable =
    lines.every(({ begins }) => fieldLine.test(begins)) ||
    lines.every(({ begins }) => leaderLine.test(begins));
  const starts = (line: Line): boolean =>
    signs.some(({ pattern, from }, index) => (counts[index] ?? 0) >= from && pattern.test(line.begins)) ||
    (labels > 1 && isLabelled(line)) ||
    isTable;
  const kept: PhrasingContent[] = [];
  for (const [index, line] of lines.entries()) {
    // "Term", and ": what it means" below it, is one line with its colon.
    const goesOn = index === 0 || (index === 1 && /^:[ \t]+\S/.test(line.begins));
    if (!goesOn) kept.push(starts(line) ? hardBreak : lineEnd);
    kept.push(...line.nodes);
  }
  return kept;
}

/** `**Where:** Utrecht` */
function isLabelled({ nodes }: Line): boolean {
  const [first, second] = nodes.filter((node) => !isBlank(node));
  if (first?.type !== 'strong' && first?.type !== 'emphasis') return false;
  const isOutside = second?.type === 'text' && /^:(?:\s|$)/.test(second.value);
  return isOutside || /\S:$/.test(wordsOf(first.children).trim());
}

/** The lines as they are typed. */
export function linesOf(children: readonly PhrasingContent[]): readonly Line[] {
  const lines: PhrasingContent[][] = [[]];
  for (const child of children) {
    const parts = child.type === 'text' ? child.value.split('\n') : [];
    if (child.type === 'text' && parts.length > 1) {
      for (const [index, value] of parts.entries()) {
        if (index > 0) lines.push([]);
        if (value !== '') lines.at(-1)?.push({ ...child, value });
      }
    } else lines.at(-1)?.push(child);
  }
  return lines.map((nodes) => ({ nodes, begins: beginningOf(nodes) }));
}

function beginningOf([first]: readonly PhrasingContent[]): string {
  return first?.type === 'text' ? first.value.trimStart() : '';
}

function isBlank(node: PhrasingContent): boolean {
  return node.type === 'break' || (node.type === 'text' && node.value.trim() === '');
}
