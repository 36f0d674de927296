import type { EditionEvent } from '../../domain/editions/edition.ts';
import type {
  LeaseRequest,
  Claim,
  ReleaseOptions,
  Released,
  BatchLoad,
  LedgerStep,
  StepResult,
} from '../../domain/sending/ledger.ts';
import type { EpochMs, IsoDate, Slug } from '../../domain/units.ts';

export interface Batches {
  /** Open batches that are due and unclaimed, oldest edition first. */
  due(options: { readonly now: number; readonly limit: number }): Promise<readonly number[]>;
  /**
   * Compare and set: claims the batch under a lease if it is open, due and unclaimed. Rows that an earlier
   * worker left in flight become uncertain: their bytes may have been sent.
   */
  claim(batchId: number, lease: LeaseRequest): Promise<Claim | undefined>;
  /** Counts the recipients of an edition's batches that are not done. */
  openRecipients(editionId: number): Promise<number>;
  /** Ends this claim: the batch is done when every recipient has a final row, otherwise due again. */
  release(claim: Claim, options: ReleaseOptions): Promise<Released>;
}

/** One row for each delivery, written before its bytes are sent and again with the reply. */
export interface Ledger {
  /** Starts what the first step would otherwise wait for. */
  prepare(): void;
  /** Loads the recipients that remain. Those who unsubscribed or paused are settled as `suppressed`. */
  load(claim: Claim, options: { readonly now: number }): Promise<BatchLoad>;
  /**
   * One transaction: settles replies, renews the lease, and writes the next recipients as `in-flight`. Only
   * those in `begun` may be sent to: at this moment each is active and not paused, the edition is `sending`
   * this revision, and this claim has the lease. Replies are settled even if the lease is lost.
   */
  step(claim: Claim, step: LedgerStep): Promise<StepResult>;
  /**
   * Makes deliveries of a paused edition due again that failed for a reason other than their address.
   *
   * @returns how many there are.
   */
  reopen(
    editionId: number,
    reopening: { readonly subscriberIds: readonly number[]; readonly now: number },
  ): Promise<number>;
  /**
   * Makes failed deliveries of a sent or paused edition due again, other than those of bad addresses, and records
   * the event.
   *
   * @param retry.reasons as in the ledger; all of them if it is empty
   * @returns how many there are.
   * @throws AppError EDITION_STATE if the edition is in another state, or has expired.
   */
  retry(
    editionId: number,
    retry: { readonly reasons: readonly string[]; readonly now: number; readonly event: EditionEvent },
  ): Promise<number>;
  /**
   * Looks for receivers that refused so many addresses that they are not believed: their recipients are not suppressed
   * because of this edition. With `finished` also for recipients whom the edition did not reach in time. Raises
   * alarms.
   *
   * @returns receiving domains that are not believed, in lower case
   */
  review(
    editionId: number,
    options: { readonly now: number; readonly finished: boolean },
  ): Promise<readonly string[]>;
  /** Writes a final row for every recipient without one: the edition was cancelled or has expired. */
  close(claim: Claim, closing: { readonly now: number; readonly reason: string }): Promise<void>;
}

/** An edition that is being sent and has recipients that are due. */
export interface DueEdition {
  readonly editionId: number;
  readonly publication: Slug;
  readonly date: IsoDate;
  /** When the oldest batch that is not finished became due, in epoch milliseconds. */
  readonly dueSince: EpochMs;
}

/** What an alarm about a send is decided by. */
export interface SendingWatch {
  /** Editions in the state `sending` with batches that are due. Reads only batches that are not finished. */
  dueEditions(now: number): Promise<readonly DueEdition[]>;
  /** Reads the edition's ledger: call it only if no message was seen to be accepted. */
  hasAcceptedSince(editionId: number, since: number): Promise<boolean>;
}

/** A hint that a batch is due; losing it costs seconds, never a delivery. */
export interface BatchQueue {
  enqueue(batchId: number): Promise<void>;
}
