import type { Publication } from '../../domain/editions/publication.ts';
import type { PagePhrases } from '../../phrases/phrases.ts';
import type { Web } from '../web-context.ts';

/** What a page calls a publication that a token names, or does not. */
export function nameOf(publication: Publication | undefined, phrases: PagePhrases): string {
  return publication?.name ?? phrases.thisNewsletter;
}

/** The mail address at which a publication can be reached. */
export function contactOf({ replyTo, from }: Pick<Publication, 'replyTo' | 'from'>): string {
  return replyTo ?? from.address;
}

/** If there is only one publication, an invalid token shows the same frame as a valid one. */
export async function onlyPublication(web: Pick<Web, 'services'>): Promise<Publication | undefined> {
  const [first, ...others] = await web.services.publications.all();
  return others.length === 0 ? first?.publication : undefined;
}

/** With a capital at its beginning, where the script has capitals. */
export function sentenceStart(text: string, language: string): string {
  return text.charAt(0).toLocaleUpperCase(language) + text.slice(1);
}
