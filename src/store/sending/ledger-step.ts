import { sql } from 'kysely';
import type { Kysely, Transaction } from 'kysely';

import type { EditionState } from '../../domain/editions/edition.ts';
import type { Claim, StepResult, LedgerStep } from '../../domain/sending/ledger.ts';
import { idTable, integer, isPostgres, joinInOrder } from '../database/dialect.ts';
import { lockBatch } from '../database/locks.ts';
import type { Schema } from '../database/schema.ts';
import { inTransaction, isLockNotAvailable, retrying } from '../database/transaction.ts';
import { settleStatement } from './settle.ts';
import type { Suppress } from './settle.ts';

/**
 * Settles answers, renews the lease and writes the next people as in flight, all or nothing, see the port
 * `Ledger.exchange`. On PostgreSQL it is a single statement and a single round trip nearly always, so that
 * a group of twenty costs a twentieth of a statement for each message.
 */
export async function stepLedger(
  db: Kysely<Schema>,
  claim: Claim,
  turn: LedgerStep & { readonly suppress: Suppress },
): Promise<StepResult> {
  const dead = turn.settlements.flatMap(({ subscriberId, suppress }) =>
    suppress === undefined ? [] : [{ subscriberId, reason: suppress }],
  );
  if (isPostgres(db) && dead.length === 0 && isEachOnce(turn)) {
    try {
      return await retrying(() => inOneStatement(db, claim, turn));
    } catch (error) {
      // What waits for a lock goes on with what it saw before the wait: somebody may have paused since.
      if (!isLockNotAvailable(error)) throw error;
    }
  }
  return inTransaction(db, async (trx) => {
    await lockBatch(trx, claim.batchId);
    if (dead.length > 0) await turn.suppress(trx, dead, turn.now);
    if (!isPostgres(db)) return inSteps(trx, claim, turn);
    if (isEachOnce(turn)) return inOneStatement(trx, claim, turn);
    await inOneStatement(trx, claim, { ...turn, intents: [] });
    return inOneStatement(trx, claim, { ...turn, settlements: [] });
  });
}

/** One statement of PostgreSQL writes to one row at most once. */
function isEachOnce({ settlements, intents }: LedgerStep): boolean {
  const begun = new Set(intents.map(({ subscriberId }) => subscriberId));
  return !settlements.some(({ subscriberId }) => begun.has(subscriberId));
}

interface Standing {
  readonly epoch: number;
  readonly state: EditionState;
  readonly revision: number;
}

async function inSteps(trx: Transaction<Schema>, claim: Claim, turn: LedgerStep): Promise<StepResult> {
  if (turn.settlements.length > 0) await settleStatement(trx, claim, turn).execute(trx);
  await sql`
    update batches set lease_until = ${turn.now + turn.leaseMs}
    where id = ${claim.batchId} and epoch = ${claim.epoch}`.execute(trx);
  const { rows: standing } = await sql<Standing>`
    select batches.epoch, editions.state, editions.revision
    from batches join editions on editions.id = batches.edition_id
    where batches.id = ${claim.batchId}`.execute(trx);
  const begun = turn.intents.length > 0 ? (await intendStatement(trx, claim, turn).execute(trx)).rows : [];
  return toResult(
    claim,
    standing[0],
    begun.map((row) => row.subscriber_id),
  );
}

/**
 * The parts of one statement see the same moment, and run in whatever order their names depend on each
 * other: `held` first, which takes the batch's row or fails at once.
 */
async function inOneStatement(db: Kysely<Schema>, claim: Claim, turn: LedgerStep): Promise<StepResult> {
  const settled = sql`, settled as (${settleStatement(db, claim, turn)})`;
  const begun = sql`, begun as (${intendStatement(db, claim, turn)})`;
  const { rows } = await sql<Standing & { readonly intended: readonly number[] }>`
    with held as materialized (
      select epoch from batches where id = ${claim.batchId} for no key update nowait
    ), renewed as (
      update batches set lease_until = ${turn.now + turn.leaseMs} from held
      where batches.id = ${claim.batchId} and held.epoch = ${claim.epoch}
    )${turn.settlements.length > 0 ? settled : sql``}${turn.intents.length > 0 ? begun : sql``}
    select held.epoch, editions.state, editions.revision,
      ${turn.intents.length > 0 ? sql`array(select subscriber_id from begun)` : sql`'{}'::bigint[]`} as intended
    from held, editions
    where editions.id = ${claim.editionId}`.execute(db);
  return toResult(claim, rows[0], rows[0]?.intended ?? []);
}

function toResult(claim: Claim, standing: Standing | undefined, intended: readonly number[]): StepResult {
  if (standing === undefined) throw new Error(`There is no batch ${claim.batchId}.`);
  const { epoch, state, revision } = standing;
  return {
    lease: epoch === claim.epoch ? 'held' : 'lost',
    edition: state,
    revision,
    begun: new Set(intended),
  };
}

/**
 * Writes the next people as in flight where the lease is ours and the edition is being sent in the claim's
 * revision: a pause and a resume with another one may both have happened since the worker last asked. The
 * same statement asks whether each is active still and has not paused: a click on "unsubscribe" in the
 * middle of a send is obeyed at once (RFC 8058 section 5).
 *
 * `wanted` is materialized, with the publication's id in it, because PostgreSQL would go through all people
 * of a publication that is too new for its statistics, as it would take it for empty.
 */
function intendStatement(db: Kysely<Schema>, claim: Claim, turn: LedgerStep) {
  const ids = turn.intents.map((recipient) => recipient.subscriberId);
  const isHeld = isPostgres(db)
    ? sql`exists (select 1 from held where held.epoch = ${claim.epoch})`
    : sql`exists (select 1 from batches where id = ${claim.batchId} and epoch = ${claim.epoch})`;
  return sql<{ readonly subscriber_id: number }>`
    with wanted as materialized (
      select ${integer(claim.publicationId)} as publication_id, id from ${idTable(db, ids)} as ids
    )
    insert into deliveries (edition_id, subscriber_id, state, revision, epoch, attempts, uncertain_times, reason, changed_at)
    select ${integer(claim.editionId)}, subscriptions.subscriber_id, 'in-flight', ${integer(claim.revision)},
      ${integer(claim.epoch)}, 0, 0, '', ${integer(turn.now)}
    from wanted ${joinInOrder(db)} subscriptions
      on subscriptions.publication_id = wanted.publication_id and subscriptions.subscriber_id = wanted.id
    where subscriptions.state = 'active' and subscriptions.paused_until <= ${turn.now} and ${isHeld} and exists (
      select 1 from editions
      where id = ${claim.editionId} and state = 'sending' and revision = ${claim.revision}
    )
    on conflict (edition_id, subscriber_id) do update set
      state = 'in-flight', revision = excluded.revision, epoch = excluded.epoch,
      next_attempt_at = null, changed_at = excluded.changed_at
    where deliveries.outcome is null
    returning subscriber_id`;
}
