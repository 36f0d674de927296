import type { Publication } from '../../domain/editions/publication.ts';
import type { PagePhrases } from '../../phrases/phrases.ts';
import type { Web } from '../web-context.ts';

/** What a page calls a publication that a token names, or does not. */
export function nameOf(publication: Publication | undefined, phrases: PagePhrases): string {
  return publication?.name ?? phrases.thisNewsletter;
}

/** If there is only one publication, an invalid token shows the same page as a valid one. */
export async function onlyPublication(web: Web): Promise<Publication | undefined> {
  const [first, ...others] = await web.services.publications.all();
  return others.length === 0 ? first?.publication : undefined;
}
