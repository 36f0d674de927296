import { languages } from '../../phrases/phrases-for.ts';

/** Places where the words that a pattern matches may end, if they begin at `at`. */
type Pattern = (words: readonly string[], at: number) => readonly number[];

const anyWord: Pattern = (words, at) => (at < words.length ? [at + 1] : []);

const figure: Pattern = (words, at) => (/^\d{1,2}$/u.test(words[at] ?? '') ? [at + 1] : []);

function oneOf(phrases: readonly string[]): Pattern {
  const known = new Set(phrases.map((phrase) => phrase.toLowerCase()));
  const longest = Math.max(...phrases.map((phrase) => phrase.split(' ').length));
  return (words, at) => {
    const ends = Array.from({ length: longest }, (_, index) => at + index + 1);
    return ends.filter((end) => end <= words.length && known.has(words.slice(at, end).join(' ')));
  };
}

function inOrder(...patterns: readonly Pattern[]): Pattern {
  return (words, at) => patterns.reduce((ends, next) => ends.flatMap((end) => next(words, end)), [at]);
}

function either(...patterns: readonly Pattern[]): Pattern {
  return (words, at) => patterns.flatMap((pattern) => pattern(words, at));
}

function maybe(pattern: Pattern): Pattern {
  return (words, at) => [at, ...pattern(words, at)];
}

const languagesWords = languages.map(({ edition }) => edition.kicker);
const count = either(figure, oneOf(languagesWords.flatMap(({ counts }) => counts)));
const manner = oneOf(languagesWords.flatMap(({ manners }) => manners));
const thing = oneOf(languagesWords.flatMap(({ things }) => things));
const kind = oneOf(languagesWords.flatMap(({ kinds }) => kinds));
const ending = oneOf(languagesWords.flatMap(({ endings }) => endings));

/** Romance languages and Arabic put manners behind. */
const what = either(
  inOrder(maybe(anyWord), maybe(anyWord), thing, maybe(manner)),
  inOrder(maybe(manner), maybe(manner), kind, maybe(manner)),
);

/** "1 big thing:", "2 quick hits:", "1 smile to go:", "1 Zahl:", but not "3 dead in Tulsa:" or "5 new rules:". */
const kicker = either(
  inOrder(count, what, maybe(ending)),
  inOrder(count, maybe(anyWord), ending),
  inOrder(thing, count, maybe(manner)),
);

/** An emoji or a bullet. */
const ornament = /^[^\p{L}\p{N}]{1,6}\s/u;

/** What ends a kicker, with more text behind it. */
const separator = /[\u00A0\u202F ]?:(?=\s+\S)|\s[—–-](?=\s+\S)/gu;

/** The longest kicker that is looked for, in UTF-16 code units. */
const maxLength = 120;

/** @param given as the story's attribute says: the kicker itself, or "none" */
export function chooseKicker(
  headline: string,
  given: string | undefined,
): { readonly kicker?: string; readonly headline: string } {
  if (given === undefined) return splitKicker(headline);
  return given.toLowerCase() === 'none' ? { headline } : { kicker: given, headline };
}

/**
 * Takes counting words such as "1 big thing:" off the front of a headline, in every language of Daybrief, whatever the
 * publication's.
 */
function splitKicker(headline: string): { readonly kicker?: string; readonly headline: string } {
  for (const match of headline.slice(0, maxLength).matchAll(separator)) {
    const end = match.index + match[0].length;
    const words = headline.slice(0, match.index).replace(ornament, '').toLowerCase().split(/\s+/u);
    if (kicker(words, 0).includes(words.length))
      return { kicker: headline.slice(0, end), headline: headline.slice(end).trimStart() };
  }
  return { headline };
}
