import type {
  Candidate,
  CandidateBlock,
  CandidateBullet,
  Span,
  Spans,
} from '../../domain/candidates/candidate.ts';
import { writeSpans } from './escape.ts';
import { escapeText } from './escape.ts';
import { writeItem } from './write-item.ts';

/** Below the limits of digests, which are 4 KB and 300 marks a paragraph, 64 KB and 2,000 lines a file. */
const paragraphBytes = 3_000;
const paragraphMarks = 200;
const itemBytes = 40_000;
const itemLines = 1_200;
const headlineLength = 300;
const groupBytes = 15_000;
const groupParts = 100;

const attributeLengths = { section: 60, by: 200, credit: 200 } as const;

/**
 * Cuts what is too long for a digest into more paragraphs and, if need be, into several items. No word is lost: a
 * headline or credit that is too long becomes a paragraph.
 */
export function fitLimits(candidate: Candidate): readonly Candidate[] {
  const { blocks, ...rest } = moveLongTexts(candidate);
  const pieces = blocks.flatMap(fitBlock);
  const items: CandidateBlock[][] = [[]];
  let size = { bytes: 0, lines: 0 };
  for (const block of pieces) {
    const text = writeItem({ kind: 'brief', blocks: [block] }, (utc) => utc);
    const cost = { bytes: Buffer.byteLength(text) + 2, lines: text.split('\n').length + 1 };
    const isFull = size.bytes + cost.bytes > itemBytes || size.lines + cost.lines > itemLines;
    if (isFull && items.at(-1)?.length !== 0) {
      items.push([]);
      size = { bytes: 0, lines: 0 };
    }
    items.at(-1)?.push(block);
    size = { bytes: size.bytes + cost.bytes, lines: size.lines + cost.lines };
  }
  const [first = [], ...others] = items;
  return [{ ...rest, blocks: first }, ...others.map((group) => continued(rest, group))];
}

function continued(
  { kind, url, site }: Omit<Candidate, 'blocks'>,
  blocks: readonly CandidateBlock[],
): Candidate {
  return {
    kind: kind === 'lead' ? 'brief' : kind,
    ...(url === undefined ? {} : { url }),
    ...(site === undefined ? {} : { site }),
    blocks,
  };
}

function moveLongTexts(candidate: Candidate): Candidate {
  const { headline, ...rest } = candidate;
  const moved: CandidateBlock[] = [];
  const maxHeadline = candidate.kind === 'dashboard' ? 120 : headlineLength;
  const isLong = headline !== undefined && headline.length > maxHeadline;
  if (isLong) moved.push(paragraph(headline));
  const kept: Record<string, unknown> = {
    ...rest,
    ...(headline === undefined || isLong ? {} : { headline }),
  };
  for (const [key, maxLength] of Object.entries(attributeLengths)) {
    const value = kept[key];
    if (typeof value !== 'string' || escapeText(value).length <= maxLength) continue;
    moved.push(paragraph(value));
    delete kept[key];
  }
  const blocks =
    candidate.kind === 'dashboard' ? [...candidate.blocks, ...moved] : [...moved, ...candidate.blocks];
  return { ...(kept as Omit<Candidate, 'blocks'>), blocks };
}

function paragraph(text: string): CandidateBlock {
  return { kind: 'paragraph', content: [{ text }] };
}

function fitBlock(block: CandidateBlock): readonly CandidateBlock[] {
  switch (block.kind) {
    case 'paragraph': {
      const [first = [], ...others] = splitSpans(block.content);
      return [
        { ...block, content: first },
        ...others.map((content) => ({ kind: 'paragraph' as const, content })),
      ];
    }
    case 'subheading':
      return splitSpans(block.content).map((content, index) => ({
        kind: index === 0 ? ('subheading' as const) : ('paragraph' as const),
        content,
      }));
    case 'list':
      return groups(block.bullets.flatMap(fitBullet)).map((bullets) => ({ kind: 'list', bullets }));
    case 'numbers':
      return fitNumbers(block);
    case 'quote':
      return groups(block.paragraphs.flatMap(splitSpans)).map((paragraphs) => ({
        kind: 'quote',
        paragraphs,
      }));
    case 'image':
    case 'go-deeper':
    case 'comment':
      return [block];
  }
}

const noBullets: CandidateBullet['inner'] = [];

function fitBullet({ content, inner, ...bullet }: CandidateBullet): readonly CandidateBullet[] {
  const pieces = splitSpans(content);
  const innerFit = inner.flatMap((one) => fitBullet({ ...one, inner: [] }));
  const [first, ...others] = pieces.map((piece) => ({ content: piece, inner: noBullets }));
  if (first === undefined) return [];
  const all: CandidateBullet[] = [{ ...bullet, ...first }, ...others];
  const last = all.pop();
  return last === undefined ? all : [...all, { ...last, inner: innerFit }];
}

function fitNumbers(block: Extract<CandidateBlock, { kind: 'numbers' }>): readonly CandidateBlock[] {
  const entries = block.entries.map(({ headlines, ...entry }) => ({
    ...entry,
    headlines: headlines.flatMap(splitSpans),
  }));
  let first = block.first;
  return groups(entries).map((some) => {
    const part = { kind: 'numbers' as const, first, entries: some };
    first += some.length;
    return part;
  });
}

/** Parts of a list that make blocks of a size; JSON is longer than Markdown. */
function groups<T>(parts: readonly T[]): readonly (readonly T[])[] {
  const all: T[][] = [];
  let bytes = 0;
  for (const part of parts) {
    const cost = Buffer.byteLength(JSON.stringify(part));
    if (all.length === 0 || bytes + cost > groupBytes || (all.at(-1)?.length ?? 0) >= groupParts) {
      all.push([]);
      bytes = 0;
    }
    all.at(-1)?.push(part);
    bytes += cost;
  }
  return all;
}

function chunks<T>(all: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, index) =>
    all.slice(index * size, (index + 1) * size),
  );
}

/** One paragraph, or as many as its length needs, cut between sentences where that is possible. */
function splitSpans(spans: Spans): readonly Spans[] {
  if (isFitting(writeSpans(spans))) return [spans];
  const pieces: Span[][] = [[]];
  let written = '';
  for (const span of spans.flatMap(toShortSpans)) {
    const text = writeSpans([span]);
    if (written !== '' && !isFitting(written + text)) {
      pieces.push([]);
      written = '';
    }
    pieces.at(-1)?.push(span);
    written += text;
  }
  return pieces
    .map((piece) => joinSpans(piece))
    .filter((piece) => piece.some(({ text }) => text.trim() !== ''));
}

function isFitting(text: string): boolean {
  return Buffer.byteLength(text) <= paragraphBytes && (text.match(/[*_[]/gu) ?? []).length <= paragraphMarks;
}

function toShortSpans(span: Span): readonly Span[] {
  const isShort = (text: string) => text.length <= 120;
  const sentences = span.text.split(/(?<=[.!?]["”’)]?\s)/u);
  const words = sentences.flatMap((sentence) =>
    isShort(sentence) ? [sentence] : sentence.split(/(?<=\s)/u),
  );
  return words
    .flatMap((word) => (isShort(word) ? [word] : chunks([...word], 100).map((some) => some.join(''))))
    .map((text) => Object.assign({}, span, { text }));
}

/** Neighbours of the same kind become one. */
export function joinSpans(spans: Spans): Spans {
  const joined: Span[] = [];
  for (const span of spans) {
    const last = joined.at(-1);
    if (last !== undefined && last.url === span.url && last.bold === span.bold) {
      joined[joined.length - 1] = { ...last, text: last.text + span.text };
    } else joined.push(span);
  }
  return joined;
}
