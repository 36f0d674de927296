import { sql } from 'kysely';
import type { Kysely, Transaction } from 'kysely';

import type { Canaries } from '../../app/ports/canaries.ts';
import type { CanaryCounts } from '../../domain/sending/canary.ts';
import { lockEdition } from '../database/locks.ts';
import type { Schema } from '../database/schema.ts';
import { inTransaction } from '../database/transaction.ts';
import { record } from '../editions/edition-rows.ts';
import { readFeedbackCounts } from '../feedback/read-feedback.ts';
import { readCounts, sumOf } from './counts.ts';

/** `due_at` of batches whose recipients wait until a canary has passed: no clock gets there. */
export const heldDueAt = 8_640_000_000_000_000;

export function createCanaries(db: Kysely<Schema>): Canaries {
  return {
    running: async () =>
      db
        .selectFrom('editions')
        .innerJoin('publications', 'publications.id', 'editions.publication_id')
        .select(['editions.id as editionId', 'publications.slug as publication', 'editions.canary_until'])
        .where('editions.canary_until', 'is not', null)
        .where('editions.state', '=', 'sending')
        .execute()
        .then((rows) => rows.map(({ canary_until, ...row }) => ({ ...row, until: canary_until ?? 0 }))),
    counts: (editionId) => readCanaryCounts(db, editionId),
    pass: (editionId, event) =>
      inTransaction(db, async (trx) => {
        const { state, canary_until } = await lockEdition(trx, { id: editionId });
        // Another worker was first, or a person paused or cancelled it.
        if (state !== 'sending' || canary_until === null) return;
        await endCanary(trx, editionId);
        await releaseHeld(trx, editionId, event.at);
        await record(trx, editionId, event);
      }),
  };
}

/** How the first recipients got the edition so far; reads the counts that the database keeps. */
export async function readCanaryCounts(db: Kysely<Schema>, editionId: number): Promise<CanaryCounts> {
  const { intended } = await db
    .selectFrom('editions')
    .select('intended')
    .where('id', '=', editionId)
    .executeTakeFirstOrThrow();
  const { held } = await db
    .selectFrom('batches')
    .select(sql<number>`cast(coalesce(sum(size), 0) as bigint)`.as('held'))
    .where('edition_id', '=', editionId)
    .where('done', '=', stillOpen)
    .where('due_at', '=', heldDueAt)
    .executeTakeFirstOrThrow();
  const counts = await readCounts(db, editionId);
  const count = (...states: readonly string[]) => sumOf(counts.filter(({ state }) => states.includes(state)));
  const { bounced, complained } = await readFeedbackCounts(db, editionId);
  return {
    recipients: intended - held,
    held,
    accepted: count('accepted'),
    deferred: count('deferred'),
    failed: count('failed'),
    uncertain: count('uncertain'),
    bounced,
    complained,
  };
}

/** A literal, so that SQLite sees that the partial index `batches_open` fits. */
const stillOpen = sql.lit(0);

/** From now on the edition has no canary; held recipients stay held. */
async function endCanary(trx: Transaction<Schema>, editionId: number): Promise<void> {
  await trx.updateTable('editions').set({ canary_until: null }).where('id', '=', editionId).execute();
}

/** Makes the batches due that waited for a canary. */
export async function releaseHeld(trx: Transaction<Schema>, editionId: number, now: number): Promise<void> {
  await trx
    .updateTable('batches')
    .set({ due_at: now })
    .where('edition_id', '=', editionId)
    .where('done', '=', stillOpen)
    .where('due_at', '=', heldDueAt)
    .execute();
}
