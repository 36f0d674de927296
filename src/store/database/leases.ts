import { sql } from 'kysely';
import type { Kysely, RawBuilder, Selectable } from 'kysely';

import type { Schema } from './schema.ts';

/**
 * Leases on rows of an outbox. A row is open until `done` is 1, and due from `due_at` on. Claiming it moves
 * `due_at` to the end of the lease, so that a row whose worker died becomes due again by itself, and
 * increments `epoch`, by which every later write of an earlier claim is refused (a fencing token).
 *
 * Batches have leases of their own (`sending/batches.ts`): they are renewed by every ledger step, wait for
 * their edition's state, and are due at a time that a lease must not overwrite.
 */
export type LeasedTable =
  | 'signups'
  | 'mails'
  | 'alarms'
  | 'proofs'
  | 'hooks'
  | 'event_deliveries'
  | 'canary_seeds';

/**
 * Returns ids of open rows that are due, oldest first. Reads the partial index `<table>_open`, which contains
 * open rows only.
 */
export async function dueRows(
  db: Kysely<Schema>,
  table: LeasedTable,
  options: { readonly now: number; readonly limit: number },
): Promise<readonly number[]> {
  const rows = await db
    .selectFrom(table)
    .select('id')
    .where(isOpen)
    .where('due_at', '<=', options.now)
    .orderBy('due_at')
    .limit(options.limit)
    .execute();
  return rows.map(({ id }) => id);
}

/**
 * Compare and set: claims the row if it is open and due, until `now + leaseMs`.
 *
 * @returns the row with its new `epoch`; undefined if it was not claimed.
 */
export async function claimRow<Table extends LeasedTable>(
  db: Kysely<Schema>,
  table: Table,
  id: number,
  lease: { readonly now: number; readonly leaseMs: number },
): Promise<Selectable<Schema[Table]> | undefined> {
  const { rows } = await sql<Selectable<Schema[Table]>>`
    update ${sql.table(table)} set epoch = epoch + 1, due_at = ${lease.now + lease.leaseMs}
    where id = ${id} and ${isOpen} and due_at <= ${lease.now}
    returning *`.execute(db);
  return rows[0];
}

/** The fence: true for the row if it is open and no other worker has claimed it since. */
export function ownsLease(claim: { readonly id: number; readonly epoch: number }): RawBuilder<boolean> {
  return sql<boolean>`(id = ${claim.id} and epoch = ${claim.epoch} and ${isOpen})`;
}

/** With a literal, not a bound value: otherwise SQLite does not use the partial index. */
export const isOpen = sql<boolean>`done = 0`;
