import type { Kysely } from 'kysely';

import type { AddedSince, BackupExtent, DatabaseSummary } from '../../domain/journal.ts';
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

/** How many editions are named. */
const namedEditions = 20;

/** Finds what came after a backup was made. */
export async function readAddedSince(
  db: Kysely<Schema>,
  { publishedAt, subscribedAt }: BackupExtent,
): Promise<AddedSince> {
  const published = db.selectFrom('editions').where('editions.published_at', '>', publishedAt);
  const [editions, { count }, subscriptions] = await Promise.all([
    published
      .innerJoin('publications', 'publications.id', 'editions.publication_id')
      .select(['publications.slug as publication', 'editions.date'])
      .orderBy('editions.published_at', 'desc')
      .limit(namedEditions)
      .execute(),
    published.select((eb) => eb.fn.countAll<number>().as('count')).executeTakeFirstOrThrow(),
    db
      .selectFrom('subscriptions')
      .where('created_at', '>', subscribedAt)
      .select((eb) => [
        eb.fn.countAll<number>().as('count'),
        eb.fn.min('created_at').as('from'),
        eb.fn.max('created_at').as('to'),
      ])
      .executeTakeFirstOrThrow(),
  ]);
  const { from, to } = subscriptions;
  return {
    editions,
    editionCount: count,
    subscriptionCount: subscriptions.count,
    ...(from !== null && to !== null && { subscribed: { from, to } }),
  };
}
