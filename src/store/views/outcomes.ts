import { sql } from 'kysely';
import type { Kysely } from 'kysely';

import type { Outcome, OutcomeCount } from '../../domain/delivery.ts';
import type { Schema } from '../schema.ts';

/** The newest editions' deliveries by date, publication, outcome and reason; newest date first. */
export async function readOutcomes(
  db: Kysely<Schema>,
  options: { readonly publicationId?: number; readonly editions: number },
): Promise<readonly OutcomeCount[]> {
  const recent = db
    .selectFrom('editions')
    .innerJoin('publications', 'publications.id', 'editions.publication_id')
    .select(['editions.id', 'editions.date', 'publications.slug'])
    .where('editions.published_at', 'is not', null)
    .$if(options.publicationId !== undefined, (query) =>
      query.where('editions.publication_id', '=', options.publicationId ?? 0),
    )
    .orderBy('editions.date', 'desc')
    .limit(options.editions);
  const rows = await db
    .selectFrom(recent.as('edition'))
    .innerJoin('deliveries', 'deliveries.edition_id', 'edition.id')
    .select([
      'edition.date',
      'edition.slug as publication',
      sql<Outcome>`deliveries.outcome`.as('outcome'),
      'deliveries.reason',
      (eb) => eb.fn.countAll<number>().as('people'),
    ])
    .where('deliveries.outcome', 'is not', null)
    .groupBy(['edition.date', 'edition.slug', 'deliveries.outcome', 'deliveries.reason'])
    .orderBy('edition.date', 'desc')
    .orderBy('edition.slug')
    .orderBy('people', 'desc')
    .execute();
  return rows;
}
