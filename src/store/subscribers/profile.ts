import type { Kysely } from 'kysely';

import type { Subscriber, SubscriptionState } from '../../domain/subscribers/subscriber.ts';
import type { Schema } from '../database/schema.ts';

/** A person and how they stand in every publication they were ever in. */
export async function readProfile(
  db: Kysely<Schema>,
  subscriberId: number,
): Promise<
  | {
      readonly subscriber: Subscriber;
      readonly subscriptions: readonly {
        readonly publicationId: number;
        readonly state: SubscriptionState;
        readonly changedAt: number;
        readonly pausedUntil: number;
      }[];
    }
  | undefined
> {
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
