import type { EpochMs, IsoDate, Slug } from '../units.ts';
import type { BounceClass, ReceivedReport, ReportKind } from './received-report.ts';

/** What receivers said of a delivery after its relay accepted it. A delivery can have both. */
export type FeedbackKind = 'bounced' | 'complained';

/** Where a message came in. */
export const arrivalSources = ['smtp', 'lmtp', 'stdin', 'maildir', 'imap', 'webhook', 'operator'] as const;
export type ArrivalSource = (typeof arrivalSources)[number];

/** A message that came in, as it was read. */
export interface Arrival {
  readonly report: ReceivedReport;
  readonly source: ArrivalSource;
  /** SHA-256 of the message, hexadecimal: a message that arrives twice is kept once. */
  readonly fingerprint: string;
  /** Its first octets, kept if a person has to look at it. */
  readonly raw: Uint8Array;
  readonly envelope?: { readonly from: string; readonly to: string };
  /**
   * It came to an address that only mailbox providers know, so that a complaint without ids is believed and found by
   * its recipient's address.
   */
  readonly isTrusted: boolean;
  /** The subscription that a message to the address in `List-Unsubscribe` ends. */
  readonly leaves?: { readonly publicationId: number; readonly subscriberId: number };
}

/**
 * What was done with a message.
 *
 * - `applied`: recorded with the delivery it is about
 * - `kept`: a person has to look at it
 * - `counted`: it asks for nothing
 */
export type Disposal = 'applied' | 'kept' | 'counted';

/**
 * Accepted deliveries of an edition about which something was reported: `accepted = no report + bounced + complained`.
 * One that bounced and was complained about counts as complained.
 */
export interface FeedbackCounts {
  readonly bounced: number;
  readonly complained: number;
}

/** Reports about deliveries of one edition that came to the same. */
export interface FeedbackReason {
  readonly date: IsoDate;
  readonly publication: Slug;
  readonly kind: FeedbackKind;
  /** Null for complaints. */
  readonly class: BounceClass | null;
  readonly reason: string;
  readonly count: number;
}

/** A report about one delivery, as it is stored. */
export interface StoredFeedback {
  readonly kind: FeedbackKind;
  readonly class: BounceClass | null;
  readonly reason: string;
  readonly replyCode: number | null;
  readonly enhanced: string | null;
  readonly text: string | null;
  /** How many reports said so. */
  readonly times: number;
  readonly firstAt: EpochMs;
  readonly lastAt: EpochMs;
}

/** A message that a person has to look at. */
export interface KeptMessage {
  readonly id: number;
  readonly receivedAt: EpochMs;
  readonly source: ArrivalSource;
  readonly kind: ReportKind;
  readonly reason: string;
  /** As the report names it; empty if it names none. */
  readonly recipient: string;
  /** The delivery that it is about, if that is known. */
  readonly editionId: number | null;
  readonly subscriberId: number | null;
  readonly envelopeFrom: string;
  readonly envelopeTo: string;
  readonly text: string;
}

/**
 * How a person settles a kept message. `hard`, `soft` and `blocked` record a bounce, `complaint` a complaint, `nothing`
 * only closes it.
 */
export const settlementKinds = ['hard', 'soft', 'blocked', 'complaint', 'nothing'] as const;
export type SettledAs = (typeof settlementKinds)[number];

/** How many messages came in, since the beginning. */
export interface InboundCount {
  readonly kind: ReportKind;
  /** Empty for what is no bounce. */
  readonly class: BounceClass | '';
  readonly count: number;
}

/** Soft bounces of so many editions in a row, over so long, suppress the address. */
export const softBounceEditions = 4;
export const softBounceMs = 14 * 86_400_000;

/** Soft bounces for these reasons say nothing about the mailbox, however often they come. */
export const uncountedReasons: readonly string[] = [
  'rate',
  'greylist',
  'relay-trouble',
  'connection',
  'needs-smtputf8',
];

/** Complaints that raise an alarm, as a share of accepted deliveries. Mailbox providers act from 0.3 % on. */
export const complaintShares = [0.001, 0.003] as const;
/** Fewer complaints than this raise none: in a small list one is a large share. */
export const minComplaints = 2;
/** Bounces that raise an alarm. */
export const bounceShare = 0.05;
export const minBounces = 20;
