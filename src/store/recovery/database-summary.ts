import type { Kysely } from 'kysely';

import type { DatabaseSummary } from '../../domain/journal.ts';
import type { Schema } from '../database/schema.ts';

/** Sums up what a database contains, so that a person can see which of two is the newer one. */
export async function readSummary(db: Kysely<Schema>): Promise<DatabaseSummary> {
  const [subscribers, editions, newest] = await Promise.all([
    db
      .selectFrom('subscriptions')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where('state', '=', 'active')
      .executeTakeFirstOrThrow(),
    db
      .selectFrom('editions')
      .select((eb) => eb.fn.countAll<number>().as('count'))
      .where('published_at', 'is not', null)
      .executeTakeFirstOrThrow(),
    db
      .selectFrom('editions')
      .innerJoin('publications', 'publications.id', 'editions.publication_id')
      .select(['publications.slug as publication', 'editions.date'])
      .where('editions.published_at', 'is not', null)
      .orderBy('editions.published_at', 'desc')
      .limit(1)
      .executeTakeFirst(),
  ]);
  return {
    activeSubscriptions: subscribers.count,
    publishedEditions: editions.count,
    ...(newest && { newest }),
  };
}
