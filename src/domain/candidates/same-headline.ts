/** Words too common to tell two headlines apart, in the languages of Daybrief that have many of them. */
const common = new Set(
  'a an the of in on at to for from by with and or but is are was were be as it its that this after over new de la le les des du un une et en el los las y der die das und im ein eine von zu il lo gli di e'.split(
    ' ',
  ),
);

/** Words that must agree before two headlines that differ somewhere count as one. */
const minWords = 4;
export const minShare = 0.75;

/** A headline as it is compared: its words, without counting words, signs and common words. */
export interface HeadlineKey {
  readonly text: string;
  readonly words: ReadonlySet<string>;
}

/** Small letters without accents and apostrophes. */
export function fold(text: string): string {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[\u2018\u2019'\p{M}]/gu, '');
}

export function headlineKey(headline: string): HeadlineKey {
  const text = fold(headline)
    .replace(/^\s*\d{1,2}(?:[.)]|\s(?:\p{L}+\s){0,3}?\p{L}+:)\s+/u, '')
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
  return { text, words: new Set(text.split(' ').filter((word) => word !== '' && !common.has(word))) };
}

/** True for the same words, or for nearly the same if there are enough of them. */
export function isSameHeadline(one: HeadlineKey, other: HeadlineKey): boolean {
  if (one.text === '' || other.text === '') return false;
  if (one.text === other.text) return true;
  const shared = [...one.words].filter((word) => other.words.has(word)).length;
  const all = one.words.size + other.words.size - shared;
  return shared >= minWords && shared / all >= minShare;
}
