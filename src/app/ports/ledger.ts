import type {
  LeaseRequest,
  Claim,
  ReleaseOptions,
  Released,
  BatchLoad,
  LedgerStep,
  StepResult,
} from '../../domain/sending/ledger.ts';

export interface Batches {
  /** Open batches that are due and unclaimed, oldest edition first. */
  due(options: { readonly now: number; readonly limit: number }): Promise<readonly number[]>;
  /**
   * Compare and set: takes the batch under a lease if it is open, due and free. Rows that an earlier
   * holder left in flight become uncertain: its bytes may have gone out.
   */
  claim(batchId: number, lease: LeaseRequest): Promise<Claim | undefined>;
  /** Ends this claim: the batch is done when every member has a final row, else due again. */
  release(claim: Claim, options: ReleaseOptions): Promise<Released>;
}

/** One row for each delivery, written before its bytes go out and again with the answer. */
export interface Ledger {
  /** Whom the batch has still to serve. People who left or paused are settled as `suppressed` on the way. */
  load(claim: Claim, options: { readonly now: number }): Promise<BatchLoad>;
  /**
   * One transaction: settles the answers that came in, renews the lease, and writes the next people as
   * `in-flight`. Only those in `intended` may be sent: each is active and not pausing at this very moment,
   * the edition is `sending` this revision, and the lease is ours. Answers are settled even where the lease is lost.
   */
  step(claim: Claim, turn: LedgerStep): Promise<StepResult>;
  /** Gives every member without a final row one: the edition was cancelled or has expired. */
  close(claim: Claim, closing: { readonly now: number; readonly reason: string }): Promise<void>;
}

/** A hint that a batch is due; losing it costs seconds, never a delivery. */
export interface BatchQueue {
  enqueue(batchId: number): Promise<void>;
}
