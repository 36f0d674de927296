import type { LineMap } from './report/line-map.ts';
import type { Report } from './report/report.ts';

/** A text without the characters that pasting brings along. */
export interface NormalizedText {
  readonly text: string;
  /** The offset in the original text. */
  readonly original: (offset: number) => number;
  /** Characters taken away or replaced, and the offset of the first in the original. */
  readonly count: number;
  readonly first: number;
}

/** Invisible: soft hyphen, zero-width space, word joiner, invisible operators, byte order mark, bidi embeddings and isolates. */
const invisible = /[\u00AD\u200B\u2060-\u2064\u202A-\u202C\u2066-\u2069\uFEFF]/;
/** Separators that editors show as a line end or not at all: vertical tab, form feed, NEL, line and paragraph separator. */
const separator = /[\u000B\u000C\u0085\u2028\u2029]/;
/** Blanks that are not a space, behind the marks at the beginning of a line. */
const hardBlanks = /^([ \t]{0,3}(?:>[ \t]?)*(?:#{1,6}|[-*+]|\d{1,9}[.)]))[\u00A0\u2007\u202F\u3000]+/gmu;

/**
 * Takes invisible characters away, and replaces separators and blanks that Markdown does not know, so that everything
 * reads the text alike. A page of text is wanted, not a fight with a clipboard.
 */
export function normalizeText(raw: string): NormalizedText {
  const text = raw.replaceAll(
    hardBlanks,
    (match, mark: string) => mark + ' '.repeat(match.length - mark.length),
  );
  const kept: string[] = [];
  /** Offsets in the new text from which on the old offset is larger, and by how much. */
  const shifts: { readonly from: number; readonly by: number }[] = [];
  let length = 0;
  let removed = 0;
  let count = 0;
  let first = -1;
  let done = 0;
  for (const { 0: character, index } of text.matchAll(
    /[\u00AD\u200B\u2060-\u2064\u202A-\u202C\u2066-\u2069\uFEFF\u000B\u000C\u0085\u2028\u2029]/gu,
  )) {
    count += 1;
    if (first === -1) first = index;
    const piece = text.slice(done, index) + (separator.test(character) ? ' ' : '');
    kept.push(piece);
    length += piece.length;
    done = index + 1;
    if (!invisible.test(character)) continue;
    removed += 1;
    shifts.push({ from: length, by: removed });
  }
  kept.push(text.slice(done));
  const blanks = text === raw ? 0 : countDifferences(raw, text);
  return {
    text: kept.join(''),
    original: (offset) => offset + (shifts.findLast(({ from }) => from <= offset)?.by ?? 0),
    count: count + blanks,
    first: first === -1 ? firstDifference(raw, text) : first,
  };
}

function countDifferences(one: string, other: string): number {
  let count = 0;
  for (let at = 0; at < one.length; at += 1) if (one[at] !== other[at]) count += 1;
  return count;
}

function firstDifference(one: string, other: string): number {
  for (let at = 0; at < one.length; at += 1) if (one[at] !== other[at]) return at;
  return 0;
}

/** Says how many characters were normalised, once for a file. */
export function reportNormalized(
  { count, first }: NormalizedText,
  { at, report }: { readonly at: LineMap; readonly report: Report },
): void {
  if (count === 0) return;
  report.warn({
    rule: 'characters-normalized',
    message: `${count} ${count === 1 ? 'character that is invisible or no plain space was' : 'characters that are invisible or no plain spaces were'} taken away, the first one here.`,
    hint: 'They come along with pasted text; nothing needs to be done.',
    at: at(first),
  });
}
