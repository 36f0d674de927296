import { sql } from 'kysely';
import type { Kysely, Transaction } from 'kysely';

import type { Canaries } from '../../app/ports/canaries.ts';
import type { Edition, PublishOptions } from '../../domain/editions/edition.ts';
import type { CanaryCounts } from '../../domain/sending/canary.ts';
import { lockEdition } from '../database/locks.ts';
import type { Schema } from '../database/schema.ts';
import { inTransaction } from '../database/transaction.ts';
import { record } from '../editions/edition-rows.ts';
import { readFeedbackCounts } from '../feedback/read-feedback.ts';
import { readCounts, sumOf } from './counts.ts';
import { addSeeds, readSeeds } from './seeds.ts';

/** `due_at` of batches whose recipients wait until a canary has passed: no clock gets there. */
export const heldDueAt = 8_640_000_000_000_000;

/** The same of batches that wait until an edition's seeds have been checked. */
export const seedDueAt = heldDueAt - 1;

export function createCanaries(db: Kysely<Schema>): Canaries {
  return {
    running: async () =>
      db
        .selectFrom('editions')
        .innerJoin('publications', 'publications.id', 'editions.publication_id')
        .select(['editions.id as editionId', 'publications.slug as publication', 'editions.canary_until'])
        .select('editions.awaits_seeds')
        .where('editions.canary_until', 'is not', null)
        .where('editions.state', '=', 'sending')
        .execute()
        .then((rows) =>
          rows.map(({ canary_until, awaits_seeds, ...row }) => ({
            ...row,
            until: canary_until ?? 0,
            awaitsSeeds: awaits_seeds === 1,
          })),
        ),
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
    seeds: (editionId) => readSeeds(db, editionId),
    passSeeds: (editionId, event, until) =>
      inTransaction(db, async (trx) => {
        const { state, awaits_seeds } = await lockEdition(trx, { id: editionId });
        if (state !== 'sending' || awaits_seeds === 0) return;
        const { held } = await readCanaryCounts(trx, editionId);
        await trx
          .updateTable('editions')
          .set({ awaits_seeds: 0, canary_until: held > 0 ? until : null })
          .where('id', '=', editionId)
          .execute();
        await makeHeldDue(trx, editionId, { dueAt: event.at, onlyFirst: true });
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
  await trx
    .updateTable('editions')
    .set({ canary_until: null, awaits_seeds: 0 })
    .where('id', '=', editionId)
    .execute();
}

/** Makes the batches due that waited for seeds or a canary. */
export async function releaseHeld(trx: Transaction<Schema>, editionId: number, now: number): Promise<void> {
  await makeHeldDue(trx, editionId, { dueAt: now, onlyFirst: false });
}

/** Whether recipients wait until the seeds of the edition have been checked. */
async function isHeldForSeeds(trx: Transaction<Schema>, editionId: number): Promise<boolean> {
  const row = await trx
    .selectFrom('batches')
    .select('id')
    .where('edition_id', '=', editionId)
    .where('done', '=', stillOpen)
    .where('due_at', '=', seedDueAt)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/**
 * Goes on with a paused edition, whose row is locked. Recipients who wait for its seeds go on waiting if the revision
 * has not been to them; after a halt by seeds or a canary, a person has decided, and all are due.
 *
 * @param resumed.seeds the addresses of the revision's seeds; absent if it has been to them, or has none
 */
export async function resumeCanary(
  trx: Transaction<Schema>,
  edition: Pick<Edition, 'id' | 'canaryUntil' | 'awaitsSeeds'>,
  resumed: { readonly revision: number; readonly seeds?: PublishOptions['seeds']; readonly now: number },
): Promise<void> {
  const { id: editionId, canaryUntil, awaitsSeeds } = edition;
  const { seeds, now, revision } = resumed;
  if (seeds !== undefined && (await isHeldForSeeds(trx, editionId))) {
    await addSeeds(trx, { editionId, revision, addresses: seeds.addresses, now });
    await trx
      .updateTable('editions')
      .set({ canary_until: seeds.until, awaits_seeds: 1 })
      .where('id', '=', editionId)
      .execute();
    return;
  }
  if (canaryUntil === null) await releaseHeld(trx, editionId, now);
  else if (awaitsSeeds && !(await hasSeeds(trx, editionId, revision))) {
    await trx.updateTable('editions').set({ awaits_seeds: 0 }).where('id', '=', editionId).execute();
    await makeHeldDue(trx, editionId, { dueAt: now, onlyFirst: true });
  }
}

async function hasSeeds(trx: Transaction<Schema>, editionId: number, revision: number): Promise<boolean> {
  const row = await trx
    .selectFrom('canary_seeds')
    .select('id')
    .where('edition_id', '=', editionId)
    .where('revision', '=', revision)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

async function makeHeldDue(
  trx: Transaction<Schema>,
  editionId: number,
  { dueAt, onlyFirst }: { readonly dueAt: number; readonly onlyFirst: boolean },
): Promise<void> {
  await trx
    .updateTable('batches')
    .set({ due_at: dueAt })
    .where('edition_id', '=', editionId)
    .where('done', '=', stillOpen)
    .where('due_at', 'in', onlyFirst ? [seedDueAt] : [seedDueAt, heldDueAt])
    .execute();
}
