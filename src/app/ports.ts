import type { CompiledMessage } from '../domain/message/compiled-message.ts';
import type { Accounting } from '../domain/sending/delivery.ts';
import type {
  Edition,
  EditionEvent,
  EditionState,
  NewRevision,
  PublishOptions,
  Revision,
  RevisionSettings,
} from '../domain/editions/edition.ts';
import type {
  BatchContents,
  Claim,
  ExchangeResult,
  LeaseRequest,
  Released,
  ReleaseOptions,
  Turn,
} from '../domain/sending/ledger.ts';
import type { SmtpAnswer } from '../domain/sending/smtp-answer.ts';

/** What the verbs of this room need of the world. `src/wire.ts` fills them in. */

/** Milliseconds since the epoch, UTC. */
export type Clock = () => number;

export interface Editions {
  find(publicationId: number, date: string): Promise<Edition | undefined>;
  get(editionId: number): Promise<Edition>;
  /** Newest date first. */
  latest(publicationId: number, limit: number): Promise<readonly Edition[]>;
  /**
   * Freezes a revision and approves it. Approving the same bytes again changes nothing. While an
   * edition is being sent, a new revision waits for `resume`.
   *
   * @throws AppError EDITION_STATE when the edition has been sent.
   */
  approve(
    publicationId: number,
    date: string,
    revision: NewRevision,
  ): Promise<{ readonly edition: Edition; readonly revision: number }>;
  revision(editionId: number, revision: number): Promise<Revision | undefined>;
  latestRevision(editionId: number): Promise<Revision | undefined>;
  /**
   * Goes on with a paused edition; whoever is not yet served gets this revision.
   *
   * @throws AppError EDITION_STATE when it is not paused.
   */
  resume(
    editionId: number,
    how: { readonly revision: number; readonly event: EditionEvent },
  ): Promise<Edition>;
  /**
   * Compare and set: moves the edition to `to` if its state allows that, and records the event.
   *
   * @throws AppError EDITION_STATE when it does not.
   */
  changeState(editionId: number, to: EditionState, event: EditionEvent): Promise<Edition>;
  /**
   * Pauses an edition that must not go on because we are at fault, and raises the alarm with it. Nothing
   * happens where it is not being sent any more.
   */
  stop(editionId: number, event: EditionEvent): Promise<void>;
  record(editionId: number, event: EditionEvent): Promise<void>;
  /** Oldest first. */
  events(editionId: number): Promise<readonly EditionEvent[]>;
  /**
   * In one transaction: writes everybody who is active and has not paused down in batches and makes the
   * edition `sending`.
   *
   * @throws AppError EDITION_STATE when it is not approved, AUDIENCE_EMPTY when there is nobody.
   */
  publish(options: PublishOptions): Promise<Edition>;
  accounting(editionId: number): Promise<Accounting>;
}

export interface Batches {
  /** Open batches that are due and that nobody holds, oldest edition first. */
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
  load(claim: Claim, options: { readonly now: number }): Promise<BatchContents>;
  /**
   * One transaction: settles the answers that came in, renews the lease, and writes the next people as
   * `in-flight`. Only those in `intended` may be sent: each is active and not pausing at this very moment,
   * the edition is `sending` this revision, and the lease is ours. Answers are settled even where the lease is lost.
   */
  exchange(claim: Claim, turn: Turn): Promise<ExchangeResult>;
  /** Gives every member without a final row one: the edition was cancelled or has expired. */
  close(claim: Claim, closing: { readonly now: number; readonly reason: string }): Promise<void>;
}

/** One open, idle SMTP session, held by whoever took it until its message is answered. */
export interface Lane {
  readonly relay: string;
  /** Never rejects; the lane is free again when it resolves. */
  send(outgoing: Outgoing): Promise<SmtpAnswer>;
  /** Gives the lane back unused. */
  release(): void;
}

/** The exact bytes for one person. */
export interface Outgoing {
  /** RFC 5321 reverse-path, without brackets. */
  readonly from: string;
  readonly to: string;
  readonly message: readonly Buffer[];
  readonly sizeBytes: number;
}

export interface Lanes {
  /**
   * Between 1 and `max` lanes, as soon as there is one; waits while every relay is down. None when the
   * signal aborts.
   */
  take(max: number, signal: AbortSignal): Promise<readonly Lane[]>;
}

/** How long receiving domains that asked us to slow down are left alone. */
export interface Pacer {
  /** Epoch milliseconds; at most `now` where the domain may be served. */
  pausedUntil(domain: string, now: number): number;
  slowDown(domain: string, now: number): void;
}

/** Makes one recipient's bytes out of an approved revision. */
export type MessageMaker = (recipient: {
  readonly subscriberId: number;
  readonly address: string;
  readonly name: string;
  readonly now: number;
}) => Outgoing;

export interface Messages {
  /**
   * Loads a revision and checks its bytes against the approved hash.
   *
   * @throws AppError EDITION_BYTES_DIFFER when they are not what was approved.
   */
  open(editionId: number, revision: number): Promise<MessageMaker>;
}

/** A hint that a batch is due; losing it costs seconds, never a delivery. */
export interface BatchQueue {
  enqueue(batchId: number): Promise<void>;
}

/** The content hash: of the message and of where its links lead. Lower-case hex. */
export type HashMessage = (message: CompiledMessage, settings: RevisionSettings) => string;
