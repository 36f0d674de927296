import type { TypographyPhrases } from '../../phrases/phrases.ts';

/** Addresses keep every character. */
const verbatim = /[^\s"'()<>]*(?:https?:|www\.|@|\/\/)[^\s"<>]*/giu;
/** What an opening mark may stand behind. */
const opensBehind = /^[\s([{<«“„‘‚"'—–\-/¿¡]?$/u;
const wordCharacter = /[\p{L}\p{N}]/u;
/** Decades, years and "rock 'n' roll" have an apostrophe in every language; `clipped` of the phrases has the other words. */
const clippedAnywhere = /^(?:\d0s|\d{2}(?=[,.;:)/–-]|$)|n)(?![\p{L}\p{N}])/iu;
const firstWord = /^\p{L}+(?![\p{L}\p{N}])/u;
const apostrophe = '\u2019';
/** Abbreviations of Hebrew have a mark before their last letter, which is no quotation mark. */
const hebrewLetter = /\p{Script=Hebrew}/u;

/**
 * Sets typewriter characters as print has them: quotation marks and apostrophes, `...`, and `--` between words. Marks that
 * are typed in a language's own form, inches and feet stay.
 *
 * @param pieces the text of one paragraph, in the parts that formatting cuts it into: a mark is understood by what is
 *   around it. Returned in the same parts.
 */
export function typeset(pieces: readonly string[], phrases: TypographyPhrases): readonly string[] {
  const text = pieces.join('');
  if (!/["']|\.\.\.|--/u.test(text)) return pieces;
  const set = Array.from({ length: text.length }, (_, at) => text.charAt(at));
  const kept = new Set(
    [...text.matchAll(verbatim)].flatMap(({ index, 0: found }) =>
      Array.from({ length: found.length }, (_, offset) => index + offset),
    ),
  );
  setMarks(set, { text, kept, phrases });
  setDots(set, { text, kept });
  setDashes(set, { text, kept, phrases });
  let from = 0;
  return pieces.map(({ length }) => {
    from += length;
    return set.slice(from - length, from).join('');
  });
}

interface Source {
  readonly text: string;
  /** Places that stay as they are. */
  readonly kept: ReadonlySet<number>;
}

type OpenMarks = ('double' | 'single')[];

interface Mark {
  readonly before: string;
  readonly after: string;
  readonly rest: string;
  /** True behind a mark that closed something: this one opens nothing then. */
  readonly isBehindClosed: boolean;
  /** Marks that are open, the inner one last. */
  readonly open: OpenMarks;
}

function setMarks(
  set: string[],
  { text, kept, phrases }: Source & { readonly phrases: TypographyPhrases },
): void {
  const open: OpenMarks = [];
  let closedAt = -2;
  for (const [at, typed] of set.entries()) {
    if ((typed !== '"' && typed !== "'") || kept.has(at)) continue;
    const [before, after] = [text.charAt(at - 1), text.charAt(at + 1)];
    if (hebrewLetter.test(before) && hebrewLetter.test(after)) continue;
    const depth = open.length;
    const mark = { before, after, rest: text.slice(at + 1), isBehindClosed: closedAt === at - 1, open };
    set[at] = typed === '"' ? doubleMark(mark, phrases) : singleMark(mark, phrases);
    if (open.length < depth) closedAt = at;
  }
}

function doubleMark({ before, after, open, isBehindClosed }: Mark, { double }: TypographyPhrases): string {
  // "... the dogs'", he said.
  const ends = open.includes('double') && before === "'" && !wordCharacter.test(after);
  if (opensBehind.test(before) && !isBehindClosed && !ends) {
    if (after === '' || /\s/u.test(after)) return '"';
    open.push('double');
    return double[0];
  }
  // 15" screens.
  if (!open.includes('double') && /\d/u.test(before)) return '"';
  close(open, 'double');
  return double[1];
}

function singleMark(
  { before, after, rest, open, isBehindClosed }: Mark,
  { single, clipped }: TypographyPhrases,
): string {
  if (opensBehind.test(before) && !isBehindClosed) {
    if (after === '' || /\s/u.test(after)) return "'";
    const isYear = /[/–-]/u.test(before) && /^\d{2}(?!\d)/u.test(rest);
    if (isYear || isClipped(rest, clipped) || !hasClosing(rest)) return apostrophe;
    open.push('single');
    return single[0];
  }
  // 6'2".
  const isFeet = /\d/u.test(before) && !/\p{L}/u.test(after);
  if (wordCharacter.test(after)) return isFeet ? "'" : apostrophe;
  if (open.includes('single')) {
    close(open, 'single');
    return single[1];
  }
  return isFeet ? "'" : apostrophe;
}

function isClipped(rest: string, clipped: readonly string[]): boolean {
  const [word] = firstWord.exec(rest) ?? [];
  return clippedAnywhere.test(rest) || (word !== undefined && clipped.includes(word.toLowerCase()));
}

/** Whether a mark follows that can end a quotation: one behind a word and not within one. */
function hasClosing(rest: string): boolean {
  return /[^\s"']'(?![\p{L}\p{N}])/u.test(rest);
}

function close(open: OpenMarks, kind: 'double' | 'single'): void {
  const at = open.lastIndexOf(kind);
  if (at !== -1) open.length = at;
}

function setDots(set: string[], { text, kept }: Source): void {
  for (const { index } of text.matchAll(/(?<![./])\.{3}(?![./])/gu)) {
    if (!kept.has(index)) set.splice(index, 3, '…', '', '');
  }
}

/** Options of programs (`--all`) have no space behind the hyphens and stay. */
function setDashes(
  set: string[],
  { text, kept, phrases }: Source & { readonly phrases: TypographyPhrases },
): void {
  for (const { index, 0: hyphens } of text.matchAll(/(?<=^|\s)-{2,3}(?=\s)|(?<=[^\s-])-{2,3}(?=[^\s-])/gu)) {
    if (kept.has(index)) continue;
    const isRange = /\d/u.test(text.charAt(index - 1)) && /\d/u.test(text.charAt(index + hyphens.length));
    set.fill('', index, index + hyphens.length);
    set[index] = isRange ? '–' : phrases.dash;
  }
}
