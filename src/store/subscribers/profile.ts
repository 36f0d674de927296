import type { Kysely } from 'kysely';

import type { Profile } from '../../app/ports/signup.ts';
import type { Schema } from '../database/schema.ts';

/** Reads a subscriber with the state of each of their subscriptions. */
export async function readProfile(db: Kysely<Schema>, subscriberId: number): Promise<Profile | undefined> {
  const subscriber = await db
    .selectFrom('subscribers')
    .select(['id', 'address', 'canonical', 'name', 'time_zone as timeZone', 'created_at as createdAt'])
    .where('id', '=', subscriberId)
    .executeTakeFirst();
  if (subscriber === undefined) return undefined;
  // By the index `subscriptions_by_subscriber`.
  const subscriptions = await db
    .selectFrom('subscriptions')
    .select([
      'publication_id as publicationId',
      'state',
      'changed_at as changedAt',
      'paused_until as pausedUntil',
    ])
    .where('subscriber_id', '=', subscriberId)
    .orderBy('publication_id')
    .execute();
  return { subscriber, subscriptions };
}
