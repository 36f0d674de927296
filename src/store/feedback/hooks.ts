import { sql } from 'kysely';
import type { Kysely } from 'kysely';

import type { Hooks } from '../../app/ports/hooks.ts';
import type { StoredHook } from '../../domain/inbound/hook.ts';
import { ownsLease } from '../database/leases.ts';
import { claimRows } from '../database/locks.ts';
import type { Schema } from '../database/schema.ts';
import { inSharedCommit } from '../database/shared-commit.ts';
import { inTransaction } from '../database/transaction.ts';

/** Requests of providers, until a worker has read them and for as long as one that is repeated has to be recognized. */
export function createHooks(db: Kysely<Schema>): Hooks {
  return {
    add: (hook, { now }) =>
      inSharedCommit(db, async (trx) => {
        const { provider, fingerprint, body } = hook;
        const row = await trx
          .insertInto('hooks')
          .values({
            provider,
            fingerprint,
            received_at: now,
            done: 0,
            due_at: now,
            epoch: 0,
            size: body.length,
            body,
          })
          .onConflict((conflict) => conflict.column('fingerprint').doNothing())
          .returning('id')
          .executeTakeFirst();
        return row === undefined ? 'repeated' : 'stored';
      }),
    backlog: () => readBacklog(db),
    claim: (lease) => claim(db, lease),
    async body({ id }) {
      const row = await db.selectFrom('hooks').select('body').where('id', '=', id).executeTakeFirst();
      return row?.body ?? new Uint8Array();
    },
    settle: (claimed) =>
      inTransaction(db, async (trx) => {
        for (const one of claimed) {
          await trx
            .updateTable('hooks')
            .set({ done: 1, size: 0, body: Buffer.alloc(0) })
            .where(ownsLease(one))
            .execute();
        }
      }),
    async release(claimed, { dueAt }) {
      await db.updateTable('hooks').set({ due_at: dueAt }).where(ownsLease(claimed)).execute();
    },
    forget: (options) => forget(db, options),
    async summary() {
      return (
        db
          .selectFrom('hooks')
          .select(['provider', (eb) => eb.fn.max('received_at').as('lastAt')])
          // PostgreSQL adds up to a numeric, which arrives as text.
          .select(sql<number>`cast(sum(1 - done) as bigint)`.as('waiting'))
          .groupBy('provider')
          .orderBy('provider')
          .execute()
      );
    },
  };
}

/** By the partial index `hooks_open`, which contains waiting requests only. */
export async function readBacklog(
  db: Kysely<Schema>,
): Promise<{ readonly requests: number; readonly sizeBytes: number }> {
  const row = await db
    .selectFrom('hooks')
    .select((eb) => eb.fn.countAll<number>().as('requests'))
    .select(sql<number>`cast(coalesce(sum(size), 0) as bigint)`.as('sizeBytes'))
    .where('done', '=', sql.lit(0))
    .executeTakeFirstOrThrow();
  return row;
}

async function claim(
  db: Kysely<Schema>,
  lease: { readonly now: number; readonly leaseMs: number; readonly limit: number },
): Promise<readonly StoredHook[]> {
  const columns = ['id', 'epoch', 'provider', 'fingerprint'] as const;
  const rows = await claimRows(db, 'hooks', { ...lease, columns });
  return rows.toSorted((a, b) => a.id - b.id);
}

async function forget(
  db: Kysely<Schema>,
  { before, limit }: { readonly before: number; readonly limit: number },
): Promise<number> {
  const old = db
    .selectFrom('hooks')
    .select('id')
    .where('done', '=', sql.lit(1))
    .where('received_at', '<', before)
    .orderBy('received_at')
    .limit(limit);
  const { numDeletedRows } = await db.deleteFrom('hooks').where('id', 'in', old).executeTakeFirst();
  return Number(numDeletedRows);
}
