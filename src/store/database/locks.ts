import type { Kysely, Transaction } from 'kysely';

import type { SignupClaim } from '../../domain/signup/signup.ts';
import { isPostgres, lockRows } from './dialect.ts';
import type { Schema } from './schema.ts';

/**
 * Nobody else writes to the deliveries of the batch before the transaction ends, whoever has it under a
 * lease. SQLite's only writer needs no such words.
 */
export async function lockBatch(trx: Transaction<Schema>, batchId: number): Promise<void> {
  if (!isPostgres(trx)) return;
  await trx.selectFrom('batches').select('id').where('id', '=', batchId).forNoKeyUpdate().execute();
}

/** Whether the attempt is open and nobody else has claimed it since; stays so in this transaction. */
export async function ownsClaim(trx: Kysely<Schema>, held: SignupClaim): Promise<boolean> {
  const query = trx
    .selectFrom('signups')
    .select('id')
    .where('id', '=', held.signupId)
    .where('epoch', '=', held.epoch)
    .where('done', '=', 0);
  return (await lockRows(trx, query).executeTakeFirst()) !== undefined;
}
