import { sql } from 'kysely';
import type { Kysely } from 'kysely';

import type { DeliveryQuery, ListedDelivery } from '../../domain/sending/delivery.ts';
import { integer } from '../database/dialect.ts';
import type { Schema } from '../database/schema.ts';

/** One keyset page of an edition's deliveries of a kind, by subscriber; `address` is empty for erased subscribers. */
export async function readDeliveries(
  db: Kysely<Schema>,
  { editionId, kind, afterId, limit }: DeliveryQuery,
): Promise<readonly ListedDelivery[]> {
  const which =
    kind === 'uncertain'
      ? sql<boolean>`deliveries.uncertain_times > 0`
      : sql<boolean>`deliveries.state = ${kind}`;
  const { rows } = await sql<ListedDelivery>`
    select deliveries.subscriber_id as "subscriberId", coalesce(subscribers.address, '') as address,
      deliveries.state, deliveries.outcome, deliveries.reason, deliveries.attempts,
      deliveries.uncertain_times as "uncertainTimes", deliveries.next_attempt_at as "nextAttemptAt",
      deliveries.relay, deliveries.reply_code as "replyCode", deliveries.enhanced,
      deliveries.reply_text as "replyText", deliveries.changed_at as "changedAt"
    from deliveries
    left join subscribers on subscribers.id = deliveries.subscriber_id
    where deliveries.edition_id = ${integer(editionId)} and deliveries.subscriber_id > ${integer(afterId)} and ${which}
    order by deliveries.subscriber_id
    limit ${integer(limit)}`.execute(db);
  return rows;
}
