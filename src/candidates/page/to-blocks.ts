import type {
  CandidateBlock,
  CandidateBullet,
  CandidateEntry,
  Span,
  Spans,
} from '../../domain/candidates/candidate.ts';
import { plain } from '../../domain/candidates/candidate.ts';
import { cleanLine, cleanWords } from '../../domain/candidates/clean-text.ts';
import { joinSpans } from '../item/fit-limits.ts';
import { isKnownLeadIn, splitLeadIn } from '../paste/line-kinds.ts';
import { attribute } from './dom.ts';
import type { DomNode } from './dom.ts';
import { imageLink, webLink } from './web-link.ts';

const silent = new Set(
  'SCRIPT,STYLE,NOSCRIPT,TEMPLATE,IFRAME,OBJECT,SVG,MATH,FORM,BUTTON,SELECT,TEXTAREA,INPUT,NAV,VIDEO,AUDIO,CANVAS,HEAD,TITLE'.split(
    ',',
  ),
);
const inline = new Set(
  'A,ABBR,B,BDI,BDO,CITE,CODE,DATA,DEL,DFN,EM,FONT,I,INS,KBD,LABEL,MARK,Q,S,SAMP,SMALL,SPAN,STRONG,SUB,SUP,TIME,TT,U,VAR,WBR'.split(
    ',',
  ),
);

/** Elements inside each other that are still read. */
const maxDepth = 60;

interface Walk {
  readonly base: string | undefined;
  readonly blocks: CandidateBlock[];
  line: Span[];
}

/** Turns a part of a page into the blocks of a digest, its words once and in order. */
export function toBlocks(root: DomNode, base: string | undefined): readonly CandidateBlock[] {
  const walk: Walk = { base, blocks: [], line: [] };
  walkNode(root, walk, { depth: 0 });
  flush(walk);
  return walk.blocks;
}

interface Around {
  readonly depth: number;
  readonly url?: string | undefined;
  readonly bold?: boolean;
}

function walkNode(node: DomNode, walk: Walk, around: Around): void {
  const name = node.nodeName.toUpperCase();
  if (node.nodeType === 3) addText(node.textContent ?? '', walk, around);
  else if (node.nodeType !== 1 && around.depth > 0) return;
  else if (silent.has(name)) return;
  else if (around.depth > maxDepth) addText(node.textContent ?? '', walk, around);
  else if (inline.has(name)) walkInline(node, name, walk, around);
  else if (name === 'BR') addText(' ', walk, around);
  else walkBlock(node, name, walk, around);
}

function walkInline(node: DomNode, name: string, walk: Walk, around: Around): void {
  const isBold = name === 'B' || name === 'STRONG' || around.bold === true;
  const url = name === 'A' ? webLink(attribute(node, 'href'), walk.base) : around.url;
  for (const child of node.childNodes)
    walkNode(child, walk, { depth: around.depth + 1, bold: isBold, url: url ?? around.url });
}

function walkBlock(node: DomNode, name: string, walk: Walk, { depth }: Around): void {
  flush(walk);
  const read = converters[name];
  if (read === undefined) {
    for (const child of node.childNodes) walkNode(child, walk, { depth: depth + 1 });
    flush(walk);
  } else walk.blocks.push(...read(node, walk.base, depth));
}

type Read = (node: DomNode, base: string | undefined, depth: number) => readonly CandidateBlock[];

const converters: Readonly<Record<string, Read>> = {
  ...Object.fromEntries(['H1', 'H2', 'H3', 'H4', 'H5', 'H6'].map((name) => [name, readHeading])),
  UL: readList,
  OL: readList,
  BLOCKQUOTE: readQuote,
  FIGURE: readFigure,
  PICTURE: readFigure,
  IMG: (node, base) => readImage(node, base, undefined),
  TABLE: readTable,
};

function readHeading(node: DomNode): readonly CandidateBlock[] {
  const text = cleanLine(node.textContent ?? '');
  return text === '' ? [] : [{ kind: 'subheading', content: [{ text }] }];
}

/** The lines of a node without its inner structure. */
function linesOf(node: DomNode, base: string | undefined, depth: number): readonly CandidateBlock[] {
  const walk: Walk = { base, blocks: [], line: [] };
  for (const child of node.childNodes) walkNode(child, walk, { depth: depth + 1 });
  flush(walk);
  return walk.blocks;
}

function readList(node: DomNode, base: string | undefined, depth: number): readonly CandidateBlock[] {
  const bullets = [...node.childNodes].flatMap((item) =>
    item.nodeType === 1 || (item.textContent ?? '').trim() !== '' ? readItem(item, base, depth + 1) : [],
  );
  if (bullets.length === 0) return [];
  const isNumbered = node.nodeName.toUpperCase() === 'OL' && bullets.every(({ inner }) => inner.length === 0);
  if (!isNumbered) return [{ kind: 'list', bullets }];
  const entries = bullets.map(({ leadIn, content }): CandidateEntry => {
    const headlines = [content];
    return leadIn === undefined ? { headlines } : { label: leadIn, headlines };
  });
  const start = Number(attribute(node, 'start') ?? 1);
  return [
    { kind: 'numbers', first: Number.isInteger(start) && start > 0 && start < 1e6 ? start : 1, entries },
  ];
}

/** A bullet: its first line, and all that is below it one level further in. */
function readItem(item: DomNode, base: string | undefined, depth: number): readonly CandidateBullet[] {
  const all = item.nodeType === 3 ? [textBlock(item.textContent ?? '')] : linesOf(item, base, depth);
  const lines = all.flatMap(toBullets);
  const [first, ...inner] = lines;
  return first === undefined ? [] : [{ ...first, inner }];
}

function textBlock(text: string): CandidateBlock {
  return { kind: 'paragraph', content: [{ text: cleanLine(text) }] };
}

function toBullets(block: CandidateBlock): readonly Omit<CandidateBullet, 'inner'>[] {
  switch (block.kind) {
    case 'paragraph':
      return [{ ...(block.leadIn === undefined ? {} : { leadIn: block.leadIn }), content: block.content }];
    case 'subheading':
      return [{ content: block.content }];
    case 'quote':
      return block.paragraphs.map((content) => ({ content }));
    case 'list':
      return block.bullets.flatMap(({ inner, ...bullet }) => [bullet, ...inner]);
    case 'numbers':
      return block.entries.flatMap(({ label, headlines }) =>
        headlines.map((content, index) => ({
          ...(index === 0 && label !== undefined ? { leadIn: label } : {}),
          content,
        })),
      );
    case 'image':
      return block.credit === undefined ? [] : [{ content: [{ text: block.credit }] }];
    case 'go-deeper':
      return [{ content: [{ text: block.text, url: block.url }] }];
    case 'comment':
      return [];
  }
}

function readQuote(node: DomNode, base: string | undefined, depth: number): readonly CandidateBlock[] {
  const paragraphs = linesOf(node, base, depth)
    .flatMap(toBullets)
    .map(({ leadIn, content }): Spans =>
      leadIn === undefined ? content : [{ text: `${leadIn} ` }].concat(content),
    );
  return paragraphs.length === 0 ? [] : [{ kind: 'quote', paragraphs }];
}

function readFigure(node: DomNode, base: string | undefined, depth: number): readonly CandidateBlock[] {
  const image = node.querySelector?.('img') ?? null;
  const caption = cleanLine(node.querySelector?.('figcaption')?.textContent ?? '');
  if (image === null) return linesOf(node, base, depth);
  return readImage(image, base, caption === '' ? undefined : caption);
}

function readImage(
  node: DomNode,
  base: string | undefined,
  credit: string | undefined,
): readonly CandidateBlock[] {
  const alt = cleanLine(attribute(node, 'alt') ?? '');
  const src = imageLink(attribute(node, 'src'), base);
  if (src === undefined && credit === undefined) return [];
  return [
    {
      kind: 'image',
      ...(src === undefined ? {} : { src }),
      ...(alt === '' || alt.length > 400 ? {} : { alt }),
      ...(credit === undefined ? {} : { credit }),
    },
  ];
}

/** The cells of each row in one line: a table of a page is rarely one that an email can show. */
function readTable(node: DomNode, _base: string | undefined, depth: number): readonly CandidateBlock[] {
  const rows: string[][] = [];
  const collect = (parent: DomNode, level: number): void => {
    for (const child of parent.childNodes) {
      const name = child.nodeName.toUpperCase();
      if (name === 'TR') rows.push([]);
      if (name === 'TD' || name === 'TH' || level > maxDepth)
        rows.at(-1)?.push(cleanLine(child.textContent ?? ''));
      else if (child.nodeType === 1) collect(child, level + 1);
    }
  };
  collect(node, depth);
  return rows
    .map((cells) => cells.filter((cell) => cell !== '').join(' | '))
    .filter((line) => line !== '')
    .map((text) => ({ kind: 'paragraph', content: [{ text }] }));
}

function addText(raw: string, walk: Walk, { bold, url }: Around): void {
  const text = cleanWords(raw);
  if (text === '') return;
  walk.line.push({ text, ...(bold === true ? { bold } : {}), ...(url === undefined ? {} : { url }) });
}

function flush(walk: Walk): void {
  const content = trimSpans(joinSpans(walk.line));
  walk.line = [];
  const [first, ...rest] = content;
  if (first === undefined || plain(content).trim() === '') return;
  const leadIn =
    first.bold === true && first.url === undefined ? /^([^:]{1,60}:)\s*$/u.exec(first.text)?.[1] : undefined;
  if (leadIn !== undefined && rest.length > 0) {
    walk.blocks.push({ kind: 'paragraph', leadIn, content: trimSpans(rest) });
    return;
  }
  const typed = content.length === 1 && isKnownLeadIn(first.text) ? splitLeadIn(first.text) : undefined;
  walk.blocks.push(
    typed?.leadIn === undefined
      ? { kind: 'paragraph', content }
      : { kind: 'paragraph', leadIn: typed.leadIn, content: [{ text: typed.rest }] },
  );
}

/** Without blanks at either end, and without two blanks where spans meet. */
function trimSpans(spans: Spans): Spans {
  const kept: Span[] = [];
  for (const span of spans) {
    const isAfterBlank = kept.length === 0 || /\s$/u.test(kept.at(-1)?.text ?? '');
    const text = isAfterBlank ? span.text.trimStart() : span.text;
    if (text !== '') kept.push({ ...span, text });
  }
  const last = kept.at(-1);
  if (last !== undefined) kept[kept.length - 1] = { ...last, text: last.text.trimEnd() };
  return kept.filter(({ text }) => text !== '');
}
