import type { SqliteDatabase } from 'kysely';

import type { EditionState } from '../../domain/editions/edition.ts';
import type { Claim, LedgerStep } from '../../domain/sending/ledger.ts';
import { settlementCells } from './settlement-cells.ts';
import type { Cell } from './settlement-cells.ts';

/** A ledger step as it travels to the ledger's thread: arrays of plain values are copied fastest. */
export interface StepRequest {
  readonly batchId: number;
  readonly editionId: number;
  readonly publicationId: number;
  readonly epoch: number;
  readonly revision: number;
  readonly now: number;
  readonly leaseMs: number;
  /** Values of `settleStatement`, `cellsPerReply` for each reply. */
  readonly settlements: readonly Cell[];
  /** Subscriber ids. */
  readonly intents: readonly number[];
}

/** What the ledger said within the step's transaction. */
export interface StepReply {
  readonly epoch: number;
  readonly state: EditionState;
  readonly revision: number;
  /** Subscriber ids that are in flight now. */
  readonly begun: readonly number[];
}

/**
 * Writes a reply to the row it belongs to. A reply that arrives after the lease was lost still counts
 * while its row waits as uncertain: the server's reply is valid for every claim. It never changes a row that
 * another worker has since sent again, and never opens one that is final.
 *
 * A server's text often repeats the address. If the subscriber was erased while the message was in flight, it is
 * not stored.
 */
const settleStatement = `
  update deliveries set
    state = ?, attempts = ?, uncertain_times = max(uncertain_times, ?), next_attempt_at = ?, outcome = ?, reason = ?,
    relay = ?, reply_code = ?, enhanced = ?,
    reply_text = case when exists (select 1 from subscribers where id = deliveries.subscriber_id) then ? end,
    changed_at = ?
  where edition_id = ? and subscriber_id = ? and epoch = ? and state in ('in-flight', 'uncertain')
    and (outcome is null or ? is not null)`;

/**
 * Writes one recipient as in flight if the subscription is still active and not paused: a click on "unsubscribe" in the
 * middle of a send takes effect at once (RFC 8058 section 5).
 */
const intendStatement = `
  insert into deliveries (edition_id, subscriber_id, state, revision, epoch, attempts, uncertain_times, reason, changed_at)
  select ?, subscriber_id, 'in-flight', ?, ?, 0, 0, '', ? from subscriptions
  where publication_id = ? and subscriber_id = ? and state = 'active' and paused_until <= ?
  on conflict (edition_id, subscriber_id) do update set
    state = 'in-flight', revision = excluded.revision, epoch = excluded.epoch,
    next_attempt_at = null, changed_at = excluded.changed_at
  where deliveries.outcome is null`;

const renewStatement = 'update batches set lease_until = ? where id = ? and epoch = ?';

const stateStatement = `
  select batches.epoch, editions.state, editions.revision
  from batches join editions on editions.id = batches.edition_id where batches.id = ?`;

/** A reply's cells, and its subscriber's id. */
const cellsPerReply = 11;

export function toRequest(claim: Claim, step: LedgerStep): StepRequest {
  const { batchId, editionId, publicationId, epoch, revision } = claim;
  const { now, leaseMs } = step;
  const settlements = step.settlements.flatMap((settlement) => [
    ...settlementCells(settlement),
    settlement.subscriberId,
  ]);
  const intents = step.intents.map(({ subscriberId }) => subscriberId);
  return { batchId, editionId, publicationId, epoch, revision, now, leaseMs, settlements, intents };
}

/**
 * Settles replies, renews the lease and writes the next recipients as in flight, on SQLite and within a transaction
 * that has its write lock; see the port `Ledger.step`. Whether this claim has the lease and the edition is being sent
 * in its revision is read in that transaction, after which neither can change before the intents are committed.
 */
export function writeStep(database: SqliteDatabase, request: StepRequest): StepReply {
  const { batchId, editionId, publicationId, epoch, revision, now, settlements } = request;
  const settle = database.prepare(settleStatement);
  for (let at = 0; at < settlements.length; at += cellsPerReply) {
    const row = settlements.slice(at, at + cellsPerReply);
    const [outcome, subscriberId] = [row[4], row.pop()];
    settle.run([...row, now, editionId, subscriberId, epoch, outcome]);
  }
  database.prepare(renewStatement).run([now + request.leaseMs, batchId, epoch]);
  const [batch] = database.prepare(stateStatement).all([batchId]) as Omit<StepReply, 'begun'>[];
  if (batch === undefined) throw new Error(`There is no batch ${batchId}.`);
  const mayBegin = batch.epoch === epoch && batch.state === 'sending' && batch.revision === revision;
  if (!mayBegin) return { ...batch, begun: [] };
  const intend = database.prepare(intendStatement);
  const begun = request.intents.filter(
    (id) => intend.run([editionId, revision, epoch, now, publicationId, id, now]).changes > 0,
  );
  return { ...batch, begun };
}
