import type { Outcome } from '../outcome.ts';
import type { EpochMs, IsoDate } from '../units.ts';

/**
 * State of one ledger row.
 *
 * - `in-flight`: intended, its bytes may be on the wire
 * - `deferred`: not accepted for now, with a next attempt
 * - `accepted`, `failed`, `suppressed`: final
 * - `uncertain`: the bytes may have been sent, but the reply was lost; final under the policy `hold`,
 *   else due for another attempt under the same Message-ID
 */
export const deliveryStates = [
  'in-flight',
  'deferred',
  'accepted',
  'failed',
  'suppressed',
  'uncertain',
] as const;
export type DeliveryState = (typeof deliveryStates)[number];

/**
 * One edition's recipients by state. When `pending` is 0 the edition is accounted for:
 * `intended = accepted + failed + suppressed + uncertain`, and always
 * `intended = accepted + failed + suppressed + uncertain + pending`.
 */
export interface Accounting {
  readonly intended: number;
  readonly accepted: number;
  readonly failed: number;
  readonly suppressed: number;
  /** Finally uncertain. */
  readonly uncertain: number;
  /** Not begun, in flight, deferred, or uncertain and due to be sent again. */
  readonly pending: number;
}

/** Pending recipients of an edition, and how fast it is being sent. */
export interface SendProgress {
  /** Not begun. */
  readonly waiting: number;
  readonly deferred: number;
  readonly inFlight: number;
  /** Due to be sent again. */
  readonly uncertain: number;
  /** When the first deferred recipient is tried again; null if none is deferred. */
  readonly nextAttemptAt: EpochMs | null;
  /** Recipients that became final per second, over the last minute. */
  readonly perSecond: number;
}

/** Failed deliveries of one reason. */
export interface FailureCount {
  readonly reason: string;
  readonly recipients: number;
  /** The address is to blame: its outcome is `valid-email`. */
  readonly isAddress: boolean;
}

export function isBalanced(accounting: Accounting): boolean {
  const { intended, accepted, failed, suppressed, uncertain, pending } = accounting;
  return intended === accepted + failed + suppressed + uncertain + pending;
}

/** A delivery whose bytes may have been sent at least once without a reply. */
export interface UncertainDelivery {
  readonly address: string;
  readonly state: DeliveryState;
  readonly uncertainTimes: number;
  readonly reason: string;
  readonly changedAt: EpochMs;
}

/** How many deliveries of one edition ended the same way. */
export interface OutcomeCount {
  /** `YYYY-MM-DD`: date of the edition. */
  readonly date: IsoDate;
  readonly publication: string;
  readonly outcome: Outcome;
  readonly reason: string;
  readonly count: number;
}

/** Deliveries that can be listed; `uncertain` are those that were uncertain at least once. */
export const deliveryKinds = ['failed', 'deferred', 'uncertain', 'suppressed'] as const;
export type DeliveryKind = (typeof deliveryKinds)[number];

export interface DeliveryQuery {
  readonly editionId: number;
  readonly kind: DeliveryKind;
  /** Only subscribers with a higher id. */
  readonly afterId: number;
  readonly limit: number;
}

/** A delivery as `status` lists it. */
export interface ListedDelivery {
  readonly subscriberId: number;
  /** Empty for erased subscribers. */
  readonly address: string;
  readonly state: DeliveryState;
  readonly outcome: Outcome | null;
  readonly reason: string;
  readonly attempts: number;
  readonly uncertainTimes: number;
  readonly nextAttemptAt: EpochMs | null;
  readonly relay: string | null;
  readonly replyCode: number | null;
  readonly enhanced: string | null;
  readonly replyText: string | null;
  readonly changedAt: EpochMs;
}
