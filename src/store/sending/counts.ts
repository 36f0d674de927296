import { sql } from 'kysely';
import type { Kysely } from 'kysely';

import type { Outcome } from '../../domain/outcome.ts';
import type { DeliveryState } from '../../domain/sending/delivery.ts';
import { integer } from '../database/dialect.ts';
import type { Schema } from '../database/schema.ts';

/** Deliveries of one edition that are in the same state for the same reason. */
export interface DeliveryCount {
  readonly state: DeliveryState;
  /** Empty while they are open. */
  readonly outcome: Outcome | '';
  /** Empty while they are open. */
  readonly reason: string;
  readonly recipients: number;
}

/** Reads an edition's counts, which the triggers of migration 016 keep; states without a delivery are left out. */
export async function readCounts(db: Kysely<Schema>, editionId: number): Promise<readonly DeliveryCount[]> {
  return (
    db
      .selectFrom('edition_counts')
      .select(['state', 'outcome', 'reason'])
      // PostgreSQL adds up to a numeric, which arrives as text.
      .select(sql<number>`cast(sum(recipients) as bigint)`.as('recipients'))
      .where('edition_id', '=', editionId)
      .groupBy(['state', 'outcome', 'reason'])
      .having(sql<boolean>`sum(recipients) <> 0`)
      .execute()
  );
}

export function sumOf(counts: readonly Pick<DeliveryCount, 'recipients'>[]): number {
  return counts.reduce((sum, { recipients }) => sum + recipients, 0);
}

/** Counts the deliveries of an edition that ended in the last minute, and since which second. */
export async function readPace(
  db: Kysely<Schema>,
  { editionId, now }: { readonly editionId: number; readonly now: number },
): Promise<{ readonly ended: number; readonly sinceMs: number | undefined }> {
  const row = await db
    .selectFrom('edition_pace')
    .select(sql<number>`cast(coalesce(sum(recipients), 0) as bigint)`.as('ended'))
    .select((eb) => eb.fn.min<number | null>('second').as('second'))
    .where('edition_id', '=', editionId)
    .where('second', '>', sql<number>`${integer(Math.floor(now / 1_000) - paceSeconds)}`)
    .executeTakeFirstOrThrow();
  return { ended: row.ended, sinceMs: row.second === null ? undefined : row.second * 1_000 };
}

/** The pace is the average of this time; `edition_pace` holds 64 seconds. */
const paceSeconds = 60;
