import { sql } from 'kysely';
import type { Transaction } from 'kysely';

import { idTable, integer } from '../database/dialect.ts';
import { lockBatch, lockEdition } from '../database/locks.ts';
import type { Schema } from '../database/schema.ts';

/**
 * Makes failed deliveries of a paused edition due again, and their batches open. Rows that failed because of
 * their address, and editions in any other state, do not change.
 *
 * @returns the number of deliveries that are due again.
 */
export async function reopenDeliveries(
  trx: Transaction<Schema>,
  reopening: { readonly editionId: number; readonly subscriberIds: readonly number[]; readonly now: number },
): Promise<number> {
  const { editionId, subscriberIds, now } = reopening;
  if (subscriberIds.length === 0) return 0;
  const ids = idTable(trx, subscriberIds);
  const { rows: batches } = await sql<{ readonly id: number }>`
    select distinct batches.id from batches join ${ids} as listed
      on listed.id between batches.first_subscriber_id and batches.last_subscriber_id
    where batches.edition_id = ${integer(editionId)} order by batches.id`.execute(trx);
  for (const { id } of batches) await lockBatch(trx, id);
  const edition = await lockEdition(trx, { id: editionId });
  if (edition.state !== 'paused') return 0;
  const { rows } = await sql<{ readonly subscriber_id: number }>`
    update deliveries set state = 'deferred', outcome = null, next_attempt_at = ${integer(now)},
      attempts = case when attempts > 0 then attempts - 1 else 0 end, changed_at = ${integer(now)}
    where edition_id = ${integer(editionId)} and subscriber_id in (select id from ${ids} as listed)
      and state = 'failed' and outcome = 'subscription-failed' and uncertain_times = 0
    returning subscriber_id`.execute(trx);
  if (rows.length === 0) return 0;
  await trx
    .updateTable('batches')
    .set({ done: 0, due_at: now })
    .where(
      'id',
      'in',
      batches.map(({ id }) => id),
    )
    .execute();
  return rows.length;
}
