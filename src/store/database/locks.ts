import type { Kysely, Transaction } from 'kysely';

import type { SignupClaim } from '../../domain/signup/signup.ts';
import { isPostgres, lockRows } from './dialect.ts';
import type { Schema } from './schema.ts';

/**
 * Locks the batch's row, so that no other transaction writes to its deliveries, whichever worker has the
 * lease. No-op on SQLite, which has a single writer.
 */
export async function lockBatch(trx: Transaction<Schema>, batchId: number): Promise<void> {
  if (!isPostgres(trx)) return;
  await trx.selectFrom('batches').select('id').where('id', '=', batchId).forNoKeyUpdate().execute();
}

/** Returns true, and locks the row, if the signup is open and still has this claim. */
export async function ownsClaim(trx: Kysely<Schema>, held: SignupClaim): Promise<boolean> {
  const query = trx
    .selectFrom('signups')
    .select('id')
    .where('id', '=', held.signupId)
    .where('epoch', '=', held.epoch)
    .where('done', '=', 0);
  return (await lockRows(trx, query).executeTakeFirst()) !== undefined;
}
