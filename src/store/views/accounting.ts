import { sql } from 'kysely';
import type { Kysely } from 'kysely';

import type { Accounting, DeliveryState, UncertainDelivery } from '../../domain/delivery.ts';
import type { Schema } from '../schema.ts';

/**
 * Where the people of one edition stand, counted from the ledger itself. A range scan of its primary
 * key: about 0.2 s for a million rows.
 */
export async function readAccounting(db: Kysely<Schema>, editionId: number): Promise<Accounting> {
  // `intended` never changes after publishing, so the two reads need no common snapshot.
  const { intended } = await db
    .selectFrom('editions')
    .select('intended')
    .where('id', '=', editionId)
    .executeTakeFirstOrThrow();
  const rows = await db
    .selectFrom('deliveries')
    .select(['state', (eb) => eb.fn.countAll<number>().as('people')])
    .where('edition_id', '=', editionId)
    .where('outcome', 'is not', null)
    .groupBy('state')
    .execute();
  const counts = new Map(rows.map((row) => [row.state, row.people]));
  const count = (state: DeliveryState) => counts.get(state) ?? 0;
  const final = rows.reduce((sum, row) => sum + row.people, 0);
  return {
    intended,
    accepted: count('accepted'),
    failed: count('failed'),
    suppressed: count('suppressed'),
    uncertain: count('uncertain'),
    pending: intended - final,
  };
}

/** Every delivery of the edition that was ever uncertain, by id; `address` is empty for the erased. */
export async function readUncertain(
  db: Kysely<Schema>,
  options: { readonly editionId: number; readonly limit: number },
): Promise<readonly UncertainDelivery[]> {
  return (
    db
      .selectFrom('deliveries')
      .leftJoin('subscribers', 'subscribers.id', 'deliveries.subscriber_id')
      .select([
        (eb) => eb.fn.coalesce('subscribers.address', sql.lit('')).as('address'),
        'deliveries.state',
        'deliveries.uncertain_times as uncertainTimes',
        'deliveries.reason',
        'deliveries.changed_at as changedAt',
      ])
      .where('deliveries.edition_id', '=', options.editionId)
      // Literal, so that the partial index deliveries_uncertain fits.
      .where('deliveries.uncertain_times', '>', sql.lit(0))
      .orderBy('deliveries.subscriber_id')
      .limit(options.limit)
      .execute()
  );
}
