import { sql } from 'kysely';
import type { Kysely } from 'kysely';

import type { Editions } from '../../app/ports/editions.ts';
import type {
  Accounting,
  DeliveryState,
  FailureCount,
  UncertainDelivery,
} from '../../domain/sending/delivery.ts';
import { indexedBy } from '../database/dialect.ts';
import type { Schema } from '../database/schema.ts';
import { readCounts, sumOf } from './counts.ts';
import type { DeliveryCount } from './counts.ts';

/** Builds what counts the recipients of one edition, or of many, by state. */
export function createAccountings(db: Kysely<Schema>): Pick<Editions, 'accounting' | 'accountings'> {
  return {
    accounting: (editionId) => readAccounting(db, editionId),
    accountings: (editionIds) => readAccountings(db, editionIds),
  };
}

/** Reads how many recipients of one edition are in each state; the same few rows for an edition of any size. */
export async function readAccounting(db: Kysely<Schema>, editionId: number): Promise<Accounting> {
  // `intended` never changes after publishing, so the two reads need no common snapshot.
  const { intended } = await db
    .selectFrom('editions')
    .select('intended')
    .where('id', '=', editionId)
    .executeTakeFirstOrThrow();
  return toAccounting(intended, await readCounts(db, editionId));
}

/** As `readAccounting`, of many editions with one query; in the order of the ids. */
async function readAccountings(
  db: Kysely<Schema>,
  editionIds: readonly number[],
): Promise<readonly Accounting[]> {
  if (editionIds.length === 0) return [];
  const rows = await db
    .selectFrom('editions')
    .leftJoin('edition_counts', 'edition_counts.edition_id', 'editions.id')
    .select(['editions.id', 'editions.intended', 'edition_counts.state', 'edition_counts.outcome'])
    // PostgreSQL adds up to a numeric, which arrives as text.
    .select(sql<number>`cast(coalesce(sum(edition_counts.recipients), 0) as bigint)`.as('recipients'))
    .where('editions.id', 'in', editionIds)
    .groupBy(['editions.id', 'editions.intended', 'edition_counts.state', 'edition_counts.outcome'])
    .execute();
  const byEdition = Map.groupBy(rows, ({ id }) => id);
  return editionIds.map((id) => {
    const own = byEdition.get(id) ?? [];
    const counts = own.flatMap(({ state, outcome, recipients }) =>
      state === null || outcome === null ? [] : [{ state, outcome, recipients }],
    );
    return toAccounting(own[0]?.intended ?? 0, counts);
  });
}

function toAccounting(
  intended: number,
  counts: readonly Pick<DeliveryCount, 'state' | 'outcome' | 'recipients'>[],
): Accounting {
  const ended = counts.filter(({ outcome }) => outcome !== '');
  const count = (state: DeliveryState) => sumOf(ended.filter((row) => row.state === state));
  return {
    intended,
    accepted: count('accepted'),
    failed: count('failed'),
    suppressed: count('suppressed'),
    uncertain: count('uncertain'),
    pending: intended - sumOf(ended),
  };
}

/** Counts the failed deliveries of one edition by reason, the most frequent first. */
export async function readFailures(db: Kysely<Schema>, editionId: number): Promise<readonly FailureCount[]> {
  const failed = (await readCounts(db, editionId)).filter(({ state }) => state === 'failed');
  return [...Map.groupBy(failed, ({ reason }) => reason)]
    .map(([reason, rows]) => ({
      reason,
      recipients: sumOf(rows),
      isAddress: rows.some(({ outcome }) => outcome === 'valid-email'),
    }))
    .toSorted((a, b) => b.recipients - a.recipients);
}

/** Every delivery of the edition that was ever uncertain, by id; `address` is empty for the erased. */
export async function readUncertain(
  db: Kysely<Schema>,
  options: { readonly editionId: number; readonly limit: number },
): Promise<readonly UncertainDelivery[]> {
  // Without the hint SQLite takes the primary key, and walks through the whole edition to find the few.
  const { rows } = await sql<UncertainDelivery>`
    select coalesce(subscribers.address, '') as address, deliveries.state,
      deliveries.uncertain_times as "uncertainTimes", deliveries.reason, deliveries.changed_at as "changedAt"
    from deliveries ${indexedBy(db, 'deliveries_uncertain')}
    left join subscribers on subscribers.id = deliveries.subscriber_id
    where deliveries.edition_id = ${options.editionId} and deliveries.uncertain_times > 0
    order by deliveries.subscriber_id
    limit ${options.limit}`.execute(db);
  return rows;
}
