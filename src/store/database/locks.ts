import type { Transaction } from 'kysely';

import { isPostgres } from './dialect.ts';
import type { Schema } from './schema.ts';

/**
 * Nobody else writes to the deliveries of the batch before the transaction ends, whoever has it under a
 * lease. SQLite's only writer needs no such words.
 */
export async function holdBatch(trx: Transaction<Schema>, batchId: number): Promise<void> {
  if (!isPostgres(trx)) return;
  await trx.selectFrom('batches').select('id').where('id', '=', batchId).forNoKeyUpdate().execute();
}
