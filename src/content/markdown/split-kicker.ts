import { languages } from '../../phrases/phrases-for.ts';

const words = languages.map(({ edition }) => edition.kicker);
const any = (of: (kicker: (typeof words)[number]) => readonly string[]): string =>
  `(?:${[...new Set(words.flatMap(of))].toSorted((a, b) => b.length - a.length).join('|')})`;

const count = String.raw`(?:\d{1,2}|${any(({ counts }) => counts)})`;
const manner = any(({ manners }) => manners);
const thing = any(({ things }) => things);
const kind = any(({ kinds }) => kinds);
const ending = any(({ endings }) => endings);
/** Romance languages and Arabic put some of them behind. */
const what = String.raw`(?:(?:\S+\s){0,2}${thing}(?:\s${manner})?|(?:${manner}\s){0,2}${kind}(?:\s${manner})?)`;

/** "1 big thing:", "2 quick hits:", "1 smile to go:", "1 Zahl:", but not "3 dead in Tulsa:" or "5 new rules:". */
const kicker = new RegExp(
  String.raw`^((?:[^\p{L}\p{N}]{1,6}\s)?(?:${count}\s(?:${what}(?:\s${ending})?|(?:\S+\s)?${ending})|${thing}\s${count}(?:\s${manner})?)(?:[\u00A0\u202F ]?:|\s[—–-]))\s+(?=\S)`,
  'iu',
);

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
  const match = kicker.exec(headline);
  if (match?.[1] === undefined) return { headline };
  return { kicker: match[1], headline: headline.slice(match[0].length) };
}
