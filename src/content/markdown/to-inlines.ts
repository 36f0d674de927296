import type {
  Definition,
  FootnoteDefinition,
  FootnoteReference,
  Html,
  PhrasingContent,
  RootContent,
} from 'mdast';

import type { Inline, Position } from '../../domain/editions/digest.ts';
import { inlineText } from '../../domain/editions/inline-text.ts';
import { findForbidden, withoutForbidden } from '../check-text.ts';
import { checkLinkUrl } from '../check-url.ts';
import { limits } from '../limits.ts';
import type { LineMap } from '../report/line-map.ts';
import { quoteFound } from '../report/quote-words.ts';
import type { Report } from '../report/report.ts';
import { isNoElement } from './html/html-tags.ts';
import { wordsBetweenTags } from './html/words-between-tags.ts';
import { literalMark } from './literal-mark.ts';

/** What turning Markdown into blocks needs to know of the text around them. */
export interface BlockContext {
  readonly report: Report;
  readonly at: LineMap;
  /** `[text]: https://...` lines by their identifier. */
  readonly definitions: ReadonlyMap<string, Definition>;
  /** `[^1]: ...` by their identifier. */
  readonly footnotes: ReadonlyMap<string, FootnoteDefinition>;
  /** The text that offsets belong to. */
  readonly text: string;
  /** True inside blocks, below which the text of a note is shown; headlines and dashboards have no such place. */
  readonly showsNotes: boolean;
  /** Identifiers of the footnotes that this story refers to, in order; grows while it is read. */
  readonly notes: string[];
  /** Identifiers of the footnotes that any story refers to; grows while the text is read. */
  readonly usedNotes: Set<string>;
}

interface Placed {
  readonly position?: { readonly start: { readonly offset?: number | undefined } } | undefined;
}

export function placeOf(node: Placed, { at }: BlockContext): Position {
  return at(node.position?.start.offset ?? 0);
}

/** Text inside a line: soft line ends become blanks, raw HTML is dropped, links are checked. */
export function toInlines(
  nodes: readonly PhrasingContent[],
  context: BlockContext,
  depth = 0,
): readonly Inline[] {
  const content = joinTexts(nodes.flatMap((node) => toInline(node, context, depth)));
  return depth === 0 ? trimInlines(content) : content;
}

function toInline(node: PhrasingContent, context: BlockContext, depth: number): readonly Inline[] {
  if (depth > limits.inlineDepth) {
    const message = 'Emphasis and links are nested too deep here.';
    context.report.error({ rule: 'nested-too-deep', message, at: placeOf(node, context) });
    return [];
  }
  switch (node.type) {
    case 'text':
      return [{ kind: 'text', value: checkedText(node.value.replaceAll(/\s*\n\s*/g, ' '), node, context) }];
    case 'inlineCode':
      return [{ kind: 'code', value: checkedText(node.value, node, context) }];
    case 'break':
      return [{ kind: 'break' }];
    case 'strong':
    case 'emphasis': {
      const children = toInlines(node.children, context, depth + 1);
      const mark = literalMark(node, context.text);
      if (mark === undefined) return [{ kind: node.type, children }];
      const typed: Inline = { kind: 'text', value: mark };
      return [typed, ...children, typed];
    }
    case 'link':
      return toLink(node.url, node, context, depth);
    case 'linkReference': {
      const url = context.definitions.get(node.identifier)?.url;
      return url === undefined ? toInlines(node.children, context, depth) : toLink(url, node, context, depth);
    }
    case 'html':
      // A line break is what it means, in whatever way it is typed.
      if (/^<br\s*\/?>$/i.test(node.value)) return [{ kind: 'break' }];
      if (isNoElement(node.value)) return [asTyped(node, context)];
      reportHtml(node.value, placeOf(node, context), context.report);
      return [];
    case 'delete':
      return [{ kind: 'strike', children: toInlines(node.children, context, depth + 1) }];
    case 'footnoteReference':
      return [toNoteMark(node, context)];
    case 'image':
    case 'imageReference':
      context.report.error({
        rule: 'image-in-text',
        message: 'Found an image inside a line of text.',
        hint: 'Give it a paragraph of its own, with an empty line above and below.',
        at: placeOf(node, context),
      });
      return [];
    case 'textDirective': {
      const message = `A ${node.type} cannot stand inside a line of a digest.`;
      context.report.error({ rule: 'markdown-unsupported', message, at: placeOf(node, context) });
      return [];
    }
  }
}

/** Names in angle brackets, as "<Media omitted>" in a pasted chat, are words of the text. */
function asTyped(node: Html, context: BlockContext): Inline {
  context.report.warn({
    rule: 'html-as-text',
    message: `${quoteFound(node.value)} is not HTML, so subscribers see it as it is typed.`,
    hint: 'Delete it if it is not meant for them.',
    at: placeOf(node, context),
  });
  return { kind: 'text', value: checkedText(node.value, node, context) };
}

/** Micromark makes a reference only of a note that is defined somewhere. */
function toNoteMark(node: FootnoteReference, context: BlockContext): Inline {
  const { notes, usedNotes, showsNotes, report } = context;
  const { identifier } = node;
  if (!showsNotes) {
    report.error({
      rule: 'note-misplaced',
      message: 'The text of this footnote would be lost: headlines and dashboards have no notes below them.',
      hint: 'Put its mark behind a sentence of the story.',
      at: placeOf(node, context),
    });
  }
  usedNotes.add(identifier);
  if (!notes.includes(identifier)) notes.push(identifier);
  return { kind: 'footnote-mark', number: notes.indexOf(identifier) + 1 };
}

function toLink(
  url: string,
  node: Placed & { readonly children: readonly PhrasingContent[] },
  context: BlockContext,
  depth: number,
): readonly Inline[] {
  const children = trimInlines(toInlines(node.children, context, depth + 1));
  const checked = checkLinkUrl(url);
  const at = placeOf(node, context);
  if (!checked.ok) {
    context.report.error({ ...checked, at });
    return children;
  }
  if (inlineText(children).trim() === '') {
    const message = `The link to ${quoteFound(url)} has no text.`;
    context.report.error({ rule: 'link-text-missing', message, hint: 'Write [where it goes](...).', at });
    return [];
  }
  return [{ kind: 'link', url: checked.url, children, at }];
}

/** Comments are a curator's notes and go without a word; any other HTML is missed if it goes unnoticed. */
export function reportHtml(html: string, at: Position, report: Report): void {
  if (/^<!--[\s\S]*-->\s*$/.test(html)) return;
  const words = wordsBetweenTags(html).trim();
  if (words !== '') {
    report.error({
      rule: 'html-words-lost',
      message: `These words are inside raw HTML, which is dropped: ${quoteFound(words)}.`,
      hint: 'Write them as Markdown, without tags.',
      at,
    });
    return;
  }
  if (/<img\b/i.test(html)) {
    report.error({
      rule: 'html-image-lost',
      message: `This image is inside raw HTML that cannot be read: ${quoteFound(html)}.`,
      hint: 'Write ![what it shows](https://...) in a paragraph of its own.',
      at,
    });
    return;
  }
  report.warn({
    rule: 'html-dropped',
    message: `Raw HTML is dropped: ${quoteFound(html)}.`,
    hint: html.startsWith('<!--')
      ? 'Close the comment with "-->".'
      : 'Write it as Markdown, or "\\<" for a "<".',
    at,
  });
}

export function reportUnsupported(
  node: RootContent,
  {
    what,
    hint,
    context,
  }: { readonly what: string; readonly hint: string | undefined; readonly context: BlockContext },
): void {
  const message = `${what} has no place in a digest.`;
  context.report.error({ rule: 'markdown-unsupported', message, hint, at: placeOf(node, context) });
}

/** Character references such as `&#x202e;` bring in characters that the source itself does not contain. */
export function checkedText(value: string, node: Placed, context: BlockContext): string {
  const [bad] = findForbidden(value);
  if (bad === undefined) return value;
  const message = `This text holds ${bad.name}; text may hold only characters that can be seen.`;
  context.report.error({
    rule: 'character-forbidden',
    message,
    hint: 'Delete it.',
    at: placeOf(node, context),
  });
  return withoutForbidden(value);
}

function joinTexts(content: readonly Inline[]): readonly Inline[] {
  const joined: Inline[] = [];
  for (const part of content) {
    const last = joined.at(-1);
    if (part.kind === 'text' && last?.kind === 'text') {
      joined[joined.length - 1] = { kind: 'text', value: last.value + part.value };
    } else if (part.kind !== 'text' || part.value !== '') joined.push(part);
  }
  return joined;
}

/** Without blanks and line breaks at either end. */
export function trimInlines(content: readonly Inline[]): readonly Inline[] {
  const isBlank = (part: Inline): boolean =>
    part.kind === 'break' || (part.kind === 'text' && part.value.trim() === '');
  const first = content.findIndex((part) => !isBlank(part));
  if (first === -1) return [];
  const kept = content.slice(first, content.findLastIndex((part) => !isBlank(part)) + 1);
  return kept.map((part, index) => {
    if (part.kind !== 'text') return part;
    const start = index === 0 ? part.value.trimStart() : part.value;
    return { kind: 'text', value: index === kept.length - 1 ? start.trimEnd() : start };
  });
}
