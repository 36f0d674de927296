import type { ComplaintRate } from '../../domain/inbound/complaint-rate.ts';
import type {
  Arrival,
  Disposal,
  FeedbackCounts,
  FeedbackReason,
  InboundCount,
  KeptMessage,
  SettledAs,
} from '../../domain/inbound/feedback.ts';
import type { EditionRange } from '../../domain/outcome-ranges.ts';
import type { EpochMs } from '../../domain/units.ts';

/** What was done with a message, and the edition that it is about. */
export interface RecordedArrival {
  readonly disposal: Disposal;
  /** Undefined for transactional mail, and where no delivery is known. */
  readonly editionId?: number;
}

/** A message to a subscriber: a delivery, or a transactional mail, whose edition is 0. */
export interface SentMessage {
  readonly editionId: number;
  readonly subscriberId: number;
  readonly mailId?: number;
}

/** What receivers said after a relay had accepted a message. */
export interface Feedback {
  /**
   * One transaction, so that what it returns is stored: records bounces and complaints with their deliveries,
   * suppresses addresses, counts every message, and keeps those that a person has to look at. A report that comes again
   * changes nothing but a counter.
   *
   * @returns what was done with each, in the order of `arrivals`
   */
  record(
    arrivals: readonly Arrival[],
    options: { readonly now: EpochMs },
  ): Promise<readonly RecordedArrival[]>;
  /**
   * Looks for receiving domains that reported so many addresses of an edition as dead that they are not believed, takes
   * back their suppressions, and raises alarms about too many bounces or complaints.
   *
   * @returns receiving domains that are not believed, in lower case
   */
  review(editionId: number, options: { readonly now: EpochMs }): Promise<readonly string[]>;
  /**
   * A number that changes when another connection writes to a database with a single writer; always 0 where writers do
   * not wait for each other.
   */
  writesOfOthers(): Promise<number>;
  /** Editions with reports since then. */
  editionsSince(since: EpochMs): Promise<readonly number[]>;
  /** Messages that were begun to an address, deliveries first, the newest first: at most 60 of each kind. */
  sentTo(canonical: string): Promise<readonly SentMessage[]>;
  publicationOf(editionId: number): Promise<number | undefined>;
  counts(editionId: number): Promise<FeedbackCounts>;
  /** Of the publication's newest editions; complaints before the last release by a person do not count. */
  complaintRate(publicationId: number, options: { readonly now: EpochMs }): Promise<ComplaintRate>;
  /** Of the newest editions, newest first. */
  reasons(range: EditionRange): Promise<readonly FeedbackReason[]>;
  /** Messages by kind and class. */
  inboundCounts(): Promise<readonly InboundCount[]>;
}

/** Messages that a person has to look at. */
export interface KeptMessages {
  /** Oldest first. */
  list(options: { readonly limit: number; readonly afterId: number }): Promise<readonly KeptMessage[]>;
  count(): Promise<number>;
  /** @throws AppError REPORT_NOT_FOUND */
  read(id: number): Promise<{ readonly message: KeptMessage; readonly raw: Uint8Array }>;
  /**
   * Applies a person's decision, and forgets the message. For anything but `nothing` the delivery has to be known, or a
   * subscriber with the recipient's address.
   *
   * @throws AppError REPORT_NOT_FOUND, REPORT_UNKNOWN_RECIPIENT
   */
  settle(
    id: number,
    decision: { readonly as: SettledAs; readonly actor: string; readonly now: EpochMs },
  ): Promise<void>;
}
