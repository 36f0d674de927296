import { sql } from 'kysely';
import type { Kysely, Transaction } from 'kysely';

import type { BegunRequest, IdempotentRequest, IdempotentRequests } from '../../app/ports/accounts.ts';
import type { Schema } from '../database/schema.ts';
import { inTransaction } from '../database/transaction.ts';

export function createIdempotentRequests(db: Kysely<Schema>): IdempotentRequests {
  return {
    begin: (request, options) => inTransaction(db, (trx) => begin(trx, request, options)),
    async finish({ tokenId, key }, { fence, answer, now }) {
      await db
        .updateTable('api_requests')
        .set({ status: answer.status, answer: answer.body, lease_until: now })
        .where('token_id', '=', tokenId)
        .where('idempotency_key', '=', key)
        .where('epoch', '=', fence)
        .execute();
    },
    async forget({ tokenId, key }, fence) {
      await db
        .deleteFrom('api_requests')
        .where('token_id', '=', tokenId)
        .where('idempotency_key', '=', key)
        .where('epoch', '=', fence)
        .execute();
    },
    async deleteBefore(moment, limit) {
      const { numAffectedRows } = await sql`
        delete from api_requests where (token_id, idempotency_key) in (
          select token_id, idempotency_key from api_requests
          where created_at < ${moment} order by created_at limit ${limit}
        )`.execute(db);
      return Number(numAffectedRows ?? 0n);
    },
  };
}

async function begin(
  trx: Transaction<Schema>,
  { tokenId, key, fingerprint }: IdempotentRequest,
  { now, leaseMs, keptMs }: Parameters<IdempotentRequests['begin']>[1],
): Promise<BegunRequest> {
  await trx
    .deleteFrom('api_requests')
    .where('token_id', '=', tokenId)
    .where('idempotency_key', '=', key)
    .where('created_at', '<', now - keptMs)
    .execute();
  // On PostgreSQL it waits for another transaction that inserts the same key; the row is then there to be read.
  const added = await trx
    .insertInto('api_requests')
    .values({
      token_id: tokenId,
      idempotency_key: key,
      fingerprint,
      created_at: now,
      epoch: 1,
      lease_until: now + leaseMs,
      status: 0,
      answer: '',
    })
    .onConflict((conflict) => conflict.columns(['token_id', 'idempotency_key']).doNothing())
    .returning('epoch')
    .executeTakeFirst();
  if (added !== undefined) return { kind: 'begun', fence: added.epoch };
  const row = await trx
    .selectFrom('api_requests')
    .selectAll()
    .where('token_id', '=', tokenId)
    .where('idempotency_key', '=', key)
    .executeTakeFirst();
  // It was freed between the two statements: the caller tries again.
  if (row === undefined) return { kind: 'running' };
  if (row.fingerprint !== fingerprint) return { kind: 'other' };
  if (row.status !== 0) return { kind: 'done', answer: { status: row.status, body: row.answer } };
  if (row.lease_until > now) return { kind: 'running' };
  const taken = await trx
    .updateTable('api_requests')
    .set({ epoch: row.epoch + 1, lease_until: now + leaseMs })
    .where('token_id', '=', tokenId)
    .where('idempotency_key', '=', key)
    .where('epoch', '=', row.epoch)
    .where('status', '=', 0)
    .returning('epoch')
    .executeTakeFirst();
  return taken === undefined ? { kind: 'running' } : { kind: 'begun', fence: taken.epoch };
}
