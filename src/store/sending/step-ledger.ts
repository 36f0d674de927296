import { sql } from 'kysely';
import type { Kysely } from 'kysely';

import type { Claim, StepResult, LedgerStep } from '../../domain/sending/ledger.ts';
import { idTable, integer, isPostgres } from '../database/dialect.ts';
import { lockBatch, lockBatchOrFail } from '../database/locks.ts';
import { fileOf } from '../database/open-sqlite.ts';
import { executePrepared } from '../database/prepared-statements.ts';
import type { Schema } from '../database/schema.ts';
import { inTransaction, isLockNotAvailable, retrying } from '../database/transaction.ts';
import type { Suppress } from '../subscribers/suppressions.ts';
import type { LedgerThread } from './ledger-thread.ts';
import { settleStatement } from './settle.ts';
import { toRequest, writeStep } from './write-step.ts';
import type { StepReply } from './write-step.ts';

interface Stepping {
  readonly suppress: Suppress;
  /** Writes steps to an SQLite file; without it they are written on the connection of `db`. */
  readonly thread: LedgerThread | undefined;
}

/**
 * Settles replies, renews the lease and writes the next recipients as in flight, all or nothing, see the port
 * `Ledger.step`. On PostgreSQL it is nearly always a single statement and a single round trip, so that
 * a group of twenty costs a twentieth of a statement for each message, and it is prepared; on SQLite a thread writes and commits it.
 */
export async function stepLedger(
  db: Kysely<Schema>,
  claim: Claim,
  step: LedgerStep & Stepping,
): Promise<StepResult> {
  if (!isPostgres(db)) return stepOnSqlite(db, claim, step);
  const dead = deadAddresses(step);
  if (dead.length === 0 && isEachOnce(step)) {
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
    if (isEachOnce(step)) return inOneStatement(trx, claim, step);
    await inOneStatement(trx, claim, { ...step, intents: [] });
    return inOneStatement(trx, claim, { ...step, settlements: [] });
  });
}

function deadAddresses({ settlements }: LedgerStep) {
  return settlements.flatMap(({ subscriberId, suppress }) =>
    suppress === undefined ? [] : [{ subscriberId, reason: suppress }],
  );
}

/**
 * Replies about dead addresses, which are few, are settled first, in one transaction with their suppressions. Should the
 * rest fail, they are settled again, which changes nothing.
 */
async function stepOnSqlite(
  db: Kysely<Schema>,
  claim: Claim,
  step: LedgerStep & Stepping,
): Promise<StepResult> {
  const { thread } = step;
  const dead = deadAddresses(step);
  if (thread !== undefined && dead.length === 0)
    return toResult(claim, await thread.write(toRequest(claim, step)));
  const inThread =
    thread === undefined ? [] : step.settlements.filter(({ suppress }) => suppress === undefined);
  const here = step.settlements.filter((settlement) => !inThread.includes(settlement));
  const intents = thread === undefined ? step.intents : [];
  const reply = await inTransaction(db, async (trx) => {
    if (dead.length > 0) await step.suppress(trx, dead, step.now);
    return writeStep(fileOf(db).database, toRequest(claim, { ...step, settlements: here, intents }));
  });
  if (thread === undefined) return toResult(claim, reply);
  return toResult(claim, await thread.write(toRequest(claim, { ...step, settlements: inThread })));
}

/** One statement of PostgreSQL writes to one row at most once. */
function isEachOnce({ settlements, intents }: LedgerStep): boolean {
  const begun = new Set(intents.map(({ subscriberId }) => subscriberId));
  return !settlements.some(({ subscriberId }) => begun.has(subscriberId));
}

/**
 * The parts of one statement share one snapshot, and run in the order in which they refer to each other:
 * `held` first, which locks the batch's row or fails at once.
 */
async function inOneStatement(db: Kysely<Schema>, claim: Claim, step: LedgerStep): Promise<StepResult> {
  const settled = sql`, settled as (${settleStatement(db, claim, step)})`;
  const begun = sql`, begun as (${intendStatement(db, claim, step)})`;
  const statement = sql<StepReply>`
    with held as materialized (
      ${lockBatchOrFail(claim.batchId)}
    ), renewed as (
      update batches set lease_until = ${step.now + step.leaseMs} from held
      where batches.id = ${claim.batchId} and held.epoch = ${claim.epoch}
    )${step.settlements.length > 0 ? settled : sql``}${step.intents.length > 0 ? begun : sql``}
    select held.epoch, editions.state, editions.revision,
      ${step.intents.length > 0 ? sql`array(select subscriber_id from begun)` : sql`'{}'::bigint[]`} as begun
    from held, editions
    where editions.id = ${claim.editionId}`;
  const parts = [step.settlements.length > 0 ? 'settle' : '', step.intents.length > 0 ? 'begin' : ''];
  const [reply] = await executePrepared(db, `ledger step ${parts.join(' ')}`, statement);
  if (reply === undefined) throw new Error(`There is no batch ${claim.batchId}.`);
  return toResult(claim, reply);
}

function toResult(claim: Claim, { epoch, state, revision, begun }: StepReply): StepResult {
  return { lease: epoch === claim.epoch ? 'held' : 'lost', edition: state, revision, begun: new Set(begun) };
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
  return sql<{ readonly subscriber_id: number }>`
    with wanted as materialized (
      select ${integer(claim.publicationId)} as publication_id, id from ${idTable(db, ids)} as ids
    )
    insert into deliveries (edition_id, subscriber_id, state, revision, epoch, attempts, uncertain_times, reason, changed_at)
    select ${integer(claim.editionId)}, subscriptions.subscriber_id, 'in-flight', ${integer(claim.revision)},
      ${integer(claim.epoch)}, 0, 0, '', ${integer(step.now)}
    from wanted join subscriptions
      on subscriptions.publication_id = wanted.publication_id and subscriptions.subscriber_id = wanted.id
    where subscriptions.state = 'active' and subscriptions.paused_until <= ${step.now} and exists (
      select 1 from held where held.epoch = ${claim.epoch}
    ) and exists (
      select 1 from editions
      where id = ${claim.editionId} and state = 'sending' and revision = ${claim.revision}
    )
    on conflict (edition_id, subscriber_id) do update set
      state = 'in-flight', revision = excluded.revision, epoch = excluded.epoch,
      next_attempt_at = null, changed_at = excluded.changed_at
    where deliveries.outcome is null
    returning subscriber_id`;
}
