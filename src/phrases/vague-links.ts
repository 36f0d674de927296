import { languages } from './phrases-for.ts';

const vague = new Set(languages.flatMap(({ edition }) => [...edition.vagueLinks, ...edition.goDeeper]));
const goDeeper = new Set(languages.flatMap(({ edition }) => edition.goDeeper));

/**
 * True for "click here" and its like, in every language of Daybrief, whatever the publication's: a screen reader that
 * lists the links of an email would say nothing.
 */
export function isVagueLink(text: string): boolean {
  return vague.has(normal(text));
}

/** True for "Go deeper" and its like, to which the template adds where they lead. */
export function isGoDeeper(text: string): boolean {
  return goDeeper.has(normal(text));
}

function normal(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{M}\p{N}\s]+/gu, '')
    .replaceAll(/\s+/gu, ' ')
    .trim();
}
