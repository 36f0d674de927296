import { sql } from 'kysely';
import type { Kysely, Transaction } from 'kysely';

import type { Batches } from '../../app/ports/ledger.ts';
import type { EditionState } from '../../domain/editions/edition.ts';
import type { LocalTime } from '../../domain/editions/local-time.ts';
import type { UncertainPolicy } from '../../domain/editions/publication.ts';
import type { Claim, LeaseRequest, Released, ReleaseOptions } from '../../domain/sending/ledger.ts';
import type { WarmUpPlan } from '../../domain/sending/warm-up.ts';
import { lockBatches, lockClaimedBatch, lockEdition } from '../database/locks.ts';
import type { Schema } from '../database/schema.ts';
import { inTransaction } from '../database/transaction.ts';
import { record } from '../editions/edition-rows.ts';

/**
 * A transaction that writes to a batch's deliveries locks the batch's row until it ends, so that two
 * transactions never write to them at the same time.
 */
export function createBatches(db: Kysely<Schema>): Batches {
  return {
    due: (options) => due(db, options),
    claim: (batchId, lease) => inTransaction(db, (trx) => claim(trx, batchId, lease)),
    openRecipients: (editionId) => openRecipients(db, editionId),
    release: (held, options) => inTransaction(db, (trx) => release(trx, held, options)),
  };
}

async function due(
  db: Kysely<Schema>,
  options: { readonly now: number; readonly limit: number },
): Promise<readonly number[]> {
  const rows = await db
    .selectFrom('batches')
    .innerJoin('editions', 'editions.id', 'batches.edition_id')
    .select('batches.id')
    .where('editions.state', 'in', servable)
    .where('batches.done', '=', stillOpen)
    .where('batches.due_at', '<=', options.now)
    .where('batches.lease_until', '<=', options.now)
    .orderBy('batches.edition_id')
    .orderBy('batches.due_at')
    .orderBy('batches.id')
    .limit(options.limit)
    .execute();
  return rows.map((row) => row.id);
}

/** A literal, not a bound value: only so can SQLite see that the partial index `batches_open` fits. */
const stillOpen = sql.lit(0);

/** By the partial index `batches_open`. */
async function openRecipients(db: Kysely<Schema>, editionId: number): Promise<number> {
  const { recipients } = await db
    .selectFrom('batches')
    .select(sql<number>`cast(coalesce(sum(size), 0) as bigint)`.as('recipients'))
    .where('edition_id', '=', editionId)
    .where('done', '=', stillOpen)
    .executeTakeFirstOrThrow();
  return recipients;
}

/** Makes the open batches of an edition due that would be looked at later. Locks them. */
export async function makeDue(trx: Transaction<Schema>, editionId: number, now: number): Promise<void> {
  const later = trx
    .selectFrom('batches')
    .select('id')
    .where('edition_id', '=', editionId)
    .where('done', '=', stillOpen)
    .where('due_at', '>', now);
  const ids = (await later.execute()).map(({ id }) => id);
  await lockBatches(trx, ids);
  await trx
    .updateTable('batches')
    .set({ due_at: now })
    .where('edition_id', '=', editionId)
    .where('done', '=', stillOpen)
    .where('due_at', '>', now)
    .execute();
}

/** `cancelled`: its remaining recipients must still be closed in the ledger. */
const servable: readonly EditionState[] = ['sending', 'cancelled'];

async function claim(
  trx: Transaction<Schema>,
  batchId: number,
  lease: LeaseRequest,
): Promise<Claim | undefined> {
  const row = await trx
    .updateTable('batches')
    .set((eb) => ({
      epoch: eb('epoch', '+', 1),
      lease_owner: lease.workerId,
      lease_until: lease.now + lease.leaseMs,
    }))
    .where('id', '=', batchId)
    .where('done', '=', stillOpen)
    .where('due_at', '<=', lease.now)
    .where('lease_until', '<=', lease.now)
    .where((eb) =>
      eb(
        'edition_id',
        'in',
        eb.selectFrom('editions').select('editions.id').where('editions.state', 'in', servable),
      ),
    )
    .returning(['edition_id', 'epoch', 'first_subscriber_id', 'last_subscriber_id'])
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const edition = await readClaimedEdition(trx, row.edition_id);
  const uncertain = uncertainPolicy(edition.settings);
  const held: Claim = {
    batchId,
    editionId: row.edition_id,
    publicationId: edition.publicationId,
    epoch: row.epoch,
    revision: edition.revision,
    edition: edition.state,
    expiresAt: edition.expiresAt ?? Number.MAX_SAFE_INTEGER,
    uncertain,
    warmUp: edition.warmUp === '' ? null : (JSON.parse(edition.warmUp) as WarmUpPlan),
    local:
      edition.localTime === ''
        ? null
        : {
            ...(JSON.parse(edition.localTime) as LocalTime),
            date: edition.date,
            publishedAt: edition.publishedAt ?? 0,
          },
  };
  await doubtAbandonedRows(trx, held, {
    first: row.first_subscriber_id,
    last: row.last_subscriber_id,
    resendLimit: uncertain === 'hold' ? 0 : lease.resendLimit,
    now: lease.now,
  });
  return held;
}

/** Reads what a worker needs to know about the edition of its batch. */
async function readClaimedEdition(trx: Transaction<Schema>, editionId: number) {
  return trx
    .selectFrom('editions')
    .leftJoin('revisions', (join) =>
      join
        .onRef('revisions.edition_id', '=', 'editions.id')
        .onRef('revisions.revision', '=', 'editions.revision'),
    )
    .select([
      'editions.publication_id as publicationId',
      'editions.revision',
      'editions.state',
      'editions.expires_at as expiresAt',
      'editions.published_at as publishedAt',
      'editions.date',
      'editions.local_time as localTime',
      'editions.warm_up as warmUp',
      'revisions.settings',
    ])
    .where('editions.id', '=', editionId)
    .executeTakeFirstOrThrow();
}

/** `hold` if the settings cannot be read: a damaged database must not cause a second copy. */
function uncertainPolicy(settings: string | null): UncertainPolicy {
  try {
    const { publication } = JSON.parse(settings ?? '{}') as { publication: { uncertain: UncertainPolicy } };
    return publication.uncertain;
  } catch {
    return 'hold';
  }
}

/** Rows in flight under an earlier epoch belong to a worker whose lease expired. */
async function doubtAbandonedRows(
  trx: Transaction<Schema>,
  held: Claim,
  range: {
    readonly first: number;
    readonly last: number;
    readonly resendLimit: number;
    readonly now: number;
  },
): Promise<void> {
  const final = sql<boolean>`uncertain_times >= ${range.resendLimit}`;
  await trx
    .updateTable('deliveries')
    .set({
      state: 'uncertain',
      uncertain_times: sql`uncertain_times + 1`,
      next_attempt_at: sql`case when ${final} then null else cast(${range.now} as bigint) end`,
      outcome: sql`case when ${final} then 'subscription-failed' else null end`,
      reason: 'worker-lost',
      changed_at: range.now,
    })
    .where('edition_id', '=', held.editionId)
    .where('subscriber_id', '>=', range.first)
    .where('subscriber_id', '<=', range.last)
    .where('state', '=', 'in-flight')
    .where('epoch', '<', held.epoch)
    .execute();
}

async function release(trx: Transaction<Schema>, held: Claim, options: ReleaseOptions): Promise<Released> {
  const { now } = options;
  const batch = await lockClaimedBatch(trx, held);
  if (batch === undefined) return 'open';
  const rows = await trx
    .selectFrom('deliveries')
    .select((eb) => [
      eb.fn.count<number>('outcome').as('final'),
      eb.fn.countAll<number>().filterWhere('next_attempt_at', '>', now).as('later'),
      eb.fn.min('next_attempt_at').filterWhere('next_attempt_at', '>', now).as('nextAttemptAt'),
    ])
    .where('edition_id', '=', held.editionId)
    .where('subscriber_id', '>=', batch.first)
    .where('subscriber_id', '<=', batch.last)
    .executeTakeFirstOrThrow();
  const done = rows.final === batch.size;
  const leftOut = batch.size - rows.final - rows.later;
  const leftOutAt = leftOut > 0 ? (options.notBefore ?? now) : Number.MAX_SAFE_INTEGER;
  const dueAt = Math.min(leftOutAt, rows.nextAttemptAt ?? leftOutAt);
  await trx
    .updateTable('batches')
    .set({ done: done ? 1 : 0, due_at: dueAt, lease_owner: null, lease_until: 0 })
    .where('id', '=', held.batchId)
    .execute();
  if (!done) return 'open';
  return (await finishEdition(trx, held.editionId, now)) ? 'edition-finished' : 'done';
}

/**
 * Finishes the edition if every intended recipient has a final row: counted here, not assumed. Locks the
 * edition, because of two transactions that end the last two batches each would see the other's as open.
 */
async function finishEdition(trx: Transaction<Schema>, editionId: number, now: number): Promise<boolean> {
  await lockEdition(trx, { id: editionId });
  const open = await trx
    .selectFrom('batches')
    .select('id')
    .where('edition_id', '=', editionId)
    .where('done', '=', stillOpen)
    .limit(1)
    .executeTakeFirst();
  if (open !== undefined) return false;
  const { final } = await trx
    .selectFrom('deliveries')
    .select((eb) => eb.fn.count<number>('outcome').as('final'))
    .where('edition_id', '=', editionId)
    .executeTakeFirstOrThrow();
  const finished = await trx
    .updateTable('editions')
    .set({
      state: sql`case when state = 'cancelled' then state else 'sent' end`,
      finished_at: now,
    })
    .where('id', '=', editionId)
    .where('state', 'in', ['sending', 'paused', 'cancelled'])
    .where('intended', '=', final)
    .where('finished_at', 'is', null)
    .returning('state')
    .executeTakeFirst();
  if (finished === undefined) return false;
  await record(trx, editionId, { at: now, event: 'finished', actor: 'worker', detail: finished.state });
  return true;
}
