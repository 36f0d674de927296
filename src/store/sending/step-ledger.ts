import { sql } from 'kysely';
import type { Kysely, Transaction } from 'kysely';

import type { EditionState } from '../../domain/editions/edition.ts';
import type { Claim, StepResult, LedgerStep } from '../../domain/sending/ledger.ts';
import { idTable, integer, isPostgres, joinInOrder } from '../database/dialect.ts';
import { lockBatch, lockBatchOrFail } from '../database/locks.ts';
import type { Schema } from '../database/schema.ts';
import { inTransaction, isLockNotAvailable, retrying } from '../database/transaction.ts';
import type { Suppress } from '../subscribers/suppressions.ts';
import { settleStatement } from './settle.ts';

/**
 * Settles replies, renews the lease and writes the next recipients as in flight, all or nothing, see the port
 * `Ledger.step`. On PostgreSQL it is nearly always a single statement and a single round trip, so that
 * a group of twenty costs a twentieth of a statement for each message.
 */
export async function stepLedger(
  db: Kysely<Schema>,
  claim: Claim,
  step: LedgerStep & { readonly suppress: Suppress },
): Promise<StepResult> {
  const dead = step.settlements.flatMap(({ subscriberId, suppress }) =>
    suppress === undefined ? [] : [{ subscriberId, reason: suppress }],
  );
  if (isPostgres(db) && dead.length === 0 && isEachOnce(step)) {
    try {
      return await retrying(() => inOneStatement(db, claim, step));
    } catch (error) {
      // After waiting for a lock the statement continues with its old snapshot; a pause may have happened since.
      if (!isLockNotAvailable(error)) throw error;
    }
  }
  return inTransaction(db, async (trx) => {
    await lockBatch(trx, claim.batchId);
    if (dead.length > 0) await step.suppress(trx, dead, step.now);
    if (!isPostgres(db)) return inSteps(trx, claim, step);
    if (isEachOnce(step)) return inOneStatement(trx, claim, step);
    await inOneStatement(trx, claim, { ...step, intents: [] });
    return inOneStatement(trx, claim, { ...step, settlements: [] });
  });
}

/** One statement of PostgreSQL writes to one row at most once. */
function isEachOnce({ settlements, intents }: LedgerStep): boolean {
  const begun = new Set(intents.map(({ subscriberId }) => subscriberId));
  return !settlements.some(({ subscriberId }) => begun.has(subscriberId));
}

interface BatchState {
  readonly epoch: number;
  readonly state: EditionState;
  readonly revision: number;
}

async function inSteps(trx: Transaction<Schema>, claim: Claim, step: LedgerStep): Promise<StepResult> {
  if (step.settlements.length > 0) await settleStatement(trx, claim, step).execute(trx);
  await sql`
    update batches set lease_until = ${step.now + step.leaseMs}
    where id = ${claim.batchId} and epoch = ${claim.epoch}`.execute(trx);
  const { rows: situation } = await sql<BatchState>`
    select batches.epoch, editions.state, editions.revision
    from batches join editions on editions.id = batches.edition_id
    where batches.id = ${claim.batchId}`.execute(trx);
  const begun = step.intents.length > 0 ? (await intendStatement(trx, claim, step).execute(trx)).rows : [];
  return toResult(
    claim,
    situation[0],
    begun.map((row) => row.subscriber_id),
  );
}

/**
 * The parts of one statement share one snapshot, and run in the order in which they refer to each other:
 * `held` first, which locks the batch's row or fails at once.
 */
async function inOneStatement(db: Kysely<Schema>, claim: Claim, step: LedgerStep): Promise<StepResult> {
  const settled = sql`, settled as (${settleStatement(db, claim, step)})`;
  const begun = sql`, begun as (${intendStatement(db, claim, step)})`;
  const { rows } = await sql<BatchState & { readonly begun: readonly number[] }>`
    with held as materialized (
      ${lockBatchOrFail(claim.batchId)}
    ), renewed as (
      update batches set lease_until = ${step.now + step.leaseMs} from held
      where batches.id = ${claim.batchId} and held.epoch = ${claim.epoch}
    )${step.settlements.length > 0 ? settled : sql``}${step.intents.length > 0 ? begun : sql``}
    select held.epoch, editions.state, editions.revision,
      ${step.intents.length > 0 ? sql`array(select subscriber_id from begun)` : sql`'{}'::bigint[]`} as begun
    from held, editions
    where editions.id = ${claim.editionId}`.execute(db);
  return toResult(claim, rows[0], rows[0]?.begun ?? []);
}

function toResult(claim: Claim, batch: BatchState | undefined, begun: readonly number[]): StepResult {
  if (batch === undefined) throw new Error(`There is no batch ${claim.batchId}.`);
  const { epoch, state, revision } = batch;
  return {
    lease: epoch === claim.epoch ? 'held' : 'lost',
    edition: state,
    revision,
    begun: new Set(begun),
  };
}

/**
 * Writes the next recipients as in flight if this claim has the lease and the edition is being sent in the
 * claim's revision: a pause and a resume with another revision may both have happened since the last step. The
 * same statement checks that each subscription is still active and not paused: a click on "unsubscribe" in
 * the middle of a send takes effect at once (RFC 8058 section 5).
 *
 * `wanted` is materialized, with the publication's id in it, because PostgreSQL would scan all subscriptions
 * of a publication that is too new for its statistics, which take it for empty.
 */
function intendStatement(db: Kysely<Schema>, claim: Claim, step: LedgerStep) {
  const ids = step.intents.map((recipient) => recipient.subscriberId);
  const isHeld = isPostgres(db)
    ? sql`exists (select 1 from held where held.epoch = ${claim.epoch})`
    : sql`exists (select 1 from batches where id = ${claim.batchId} and epoch = ${claim.epoch})`;
  return sql<{ readonly subscriber_id: number }>`
    with wanted as materialized (
      select ${integer(claim.publicationId)} as publication_id, id from ${idTable(db, ids)} as ids
    )
    insert into deliveries (edition_id, subscriber_id, state, revision, epoch, attempts, uncertain_times, reason, changed_at)
    select ${integer(claim.editionId)}, subscriptions.subscriber_id, 'in-flight', ${integer(claim.revision)},
      ${integer(claim.epoch)}, 0, 0, '', ${integer(step.now)}
    from wanted ${joinInOrder(db)} subscriptions
      on subscriptions.publication_id = wanted.publication_id and subscriptions.subscriber_id = wanted.id
    where subscriptions.state = 'active' and subscriptions.paused_until <= ${step.now} and ${isHeld} and exists (
      select 1 from editions
      where id = ${claim.editionId} and state = 'sending' and revision = ${claim.revision}
    )
    on conflict (edition_id, subscriber_id) do update set
      state = 'in-flight', revision = excluded.revision, epoch = excluded.epoch,
      next_attempt_at = null, changed_at = excluded.changed_at
    where deliveries.outcome is null
    returning subscriber_id`;
}
