import type { Edition } from '../domain/editions/edition.ts';
import type { Accounting } from '../domain/sending/delivery.ts';
import type { Editions } from './ports/editions.ts';

export interface ListedEdition {
  readonly publication: string;
  readonly edition: Edition;
  readonly accounting: Accounting;
}

/** The newest editions of each publication, newest first, with where their people stand. */
export async function listEditions(
  slugs: readonly string[],
  ports: { readonly editions: Editions; readonly publicationId: (slug: string) => Promise<number> },
  options: { readonly limit: number },
): Promise<readonly ListedEdition[]> {
  const listed: ListedEdition[] = [];
  for (const publication of slugs) {
    const id = await ports.publicationId(publication);
    for (const edition of await ports.editions.latest(id, options.limit)) {
      listed.push({ publication, edition, accounting: await ports.editions.accounting(edition.id) });
    }
  }
  return listed;
}
