import type { Kysely } from 'kysely';

import type { EditionRange } from '../../domain/outcome-ranges.ts';
import type { Schema } from '../database/schema.ts';

/** The published editions of a range, newest date first, with `id`, `date` and `slug`: a subquery to join with. */
export function recentEditions(db: Kysely<Schema>, range: EditionRange) {
  const { publicationId, day, editions, ...others } = range;
  // A filter that is not applied below is a type error here.
  others satisfies Record<string, never>;
  return (
    db
      .selectFrom('editions')
      .innerJoin('publications', 'publications.id', 'editions.publication_id')
      .select(['editions.id', 'editions.date', 'publications.slug'])
      .where('editions.published_at', 'is not', null)
      .$if(publicationId !== undefined, (query) =>
        query.where('editions.publication_id', '=', publicationId ?? 0),
      )
      .$if(day !== undefined, (query) => query.where('editions.date', '=', day ?? ''))
      .orderBy('editions.date', 'desc')
      // Of one day there is one edition per publication, and all of them are asked for.
      .$if(day === undefined, (query) => query.limit(editions))
  );
}
