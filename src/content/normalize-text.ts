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

/** Separators that editors show as a line end or not at all: vertical tab, form feed, NEL, line and paragraph separator. */
const separator = /[\u000B\u000C\u0085\u2028\u2029]/;
/** Blanks that are not a space, behind the marks at the beginning of a line. */
const hardBlanks = /^([ \t]{0,3}(?:>[ \t]?)*(?:#{1,6}|[-*+]|\d{1,9}[.)]))[\u00A0\u2007\u202F\u3000]+/gmu;

/** Bullets of Word: characters of its symbol font, and an "o" before a tab, which Word shows as a circle. */
const wordBullets = /^([ \t]*)(?:[\uF0A7\uF0A8\uF0B7\uF0D8\uF076\uF0FC](?=\s)|o(?=\t))/gmu;

/** PDF files have these in words; a search for "finance" does not find it with one. */
const ligatures: Readonly<Record<string, string>> = {
  '\uFB00': 'ff',
  '\uFB01': 'fi',
  '\uFB02': 'fl',
  '\uFB03': 'ffi',
  '\uFB04': 'ffl',
  '\uFB05': 'st',
  '\uFB06': 'st',
};

/**
 * Takes invisible characters away (soft hyphen, zero-width space, word joiner, invisible operators, byte order mark, bidi
 * embeddings and isolates) and the empty tags of Word (`<o:p>`), and replaces ligatures, bullets of Word, separators and blanks that Markdown does not know, so that everything
 * reads the text alike. A page of text is wanted, not a fight with a clipboard.
 */
export function normalizeText(raw: string): NormalizedText {
  const text = raw
    .replaceAll(hardBlanks, (match, mark: string) => mark + ' '.repeat(match.length - mark.length))
    .replaceAll(wordBullets, '$1•');
  const kept: string[] = [];
  /** Offsets in the new text from which on the old offset is larger, and by how much. */
  const shifts: { readonly from: number; readonly by: number }[] = [];
  let length = 0;
  /** Characters taken away less those added. */
  let removed = 0;
  let count = 0;
  let first = -1;
  let done = 0;
  for (const { 0: found, index } of text.matchAll(
    /[\u00AD\u200B\u2060-\u2064\u202A-\u202C\u2066-\u2069\uFEFF\u000B\u000C\u0085\u2028\u2029\uFB00-\uFB06]|<\/?o:p\s{0,2}\/?>/gu,
  )) {
    count += 1;
    if (first === -1) first = index;
    const letters = separator.test(found) ? ' ' : (ligatures[found] ?? '');
    const piece = text.slice(done, index) + letters;
    kept.push(piece);
    length += piece.length;
    done = index + found.length;
    if (letters.length === found.length) continue;
    removed += found.length - letters.length;
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
    message: `${count} ${count === 1 ? 'character that is invisible, no plain space, or not what it looks like was' : 'characters that are invisible, no plain spaces, or not what they look like were'} taken away or replaced, the first one here.`,
    hint: 'They come along with pasted text; nothing needs to be done.',
    at: at(first),
  });
}
