import type { Kysely } from 'kysely';

import { namesDays } from '../../domain/outcome-ranges.ts';
import type { EditionRange } from '../../domain/outcome-ranges.ts';
import type { Schema } from '../database/schema.ts';

/** What a query has left of its range: a filter that it does not apply is a type error where this is checked. */
export type NothingLeft = Record<string, never>;

/**
 * The published editions of a range, newest date first, with `id`, `date` and `slug`: a subquery to join with. What else
 * the range asks for is in `others`, for the query that joins.
 */
export function recentEditions(db: Kysely<Schema>, range: EditionRange) {
  const { publicationId, day, from, to, editions: count, ...others } = range;
  const editions = db
    .selectFrom('editions')
    .innerJoin('publications', 'publications.id', 'editions.publication_id')
    .select(['editions.id', 'editions.date', 'publications.slug'])
    .where('editions.published_at', 'is not', null)
    .$if(publicationId !== undefined, (query) =>
      query.where('editions.publication_id', '=', publicationId ?? 0),
    )
    .$if(day !== undefined, (query) => query.where('editions.date', '=', day ?? ''))
    .$if(from !== undefined, (query) => query.where('editions.date', '>=', from ?? ''))
    .$if(to !== undefined, (query) => query.where('editions.date', '<=', to ?? ''))
    .orderBy('editions.date', 'desc')
    // Of named days all editions are asked for: of one day there is one per publication.
    .$if(!namesDays(range), (query) => query.limit(count));
  return { editions, others };
}
