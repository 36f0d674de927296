import type { EditionState } from '../editions/edition.ts';
import type { LocalSend } from '../editions/local-time.ts';
import type { UncertainPolicy } from '../editions/publication.ts';
import type { Outcome } from '../outcome.ts';
import type { DeliveryState } from './delivery.ts';
import type { WarmUpPlan } from './warm-up.ts';

/** All times are UTC epoch milliseconds. */

/** A batch held by one worker under a lease. `epoch` fences: it grows with every claim of the batch. */
export interface Claim {
  readonly batchId: number;
  readonly editionId: number;
  readonly publicationId: number;
  readonly epoch: number;
  /** The revision to send. */
  readonly revision: number;
  /** `cancelled`: the rest of the batch is to be closed, not sent. */
  readonly edition: EditionState;
  /** After this no delivery is tried again. */
  readonly expiresAt: number;
  readonly uncertain: UncertainPolicy;
  /** Null if all recipients get it at the same moment. */
  readonly local: LocalSend | null;
  /** Null if all recipients get it on the same day. */
  readonly warmUp: WarmUpPlan | null;
}

/** A recipient of a batch without a final row. */
export interface Recipient {
  readonly subscriberId: number;
  /** As it goes on the wire: ASCII domain, local part as the subscriber wrote it. */
  readonly address: string;
  readonly name: string;
  /** IANA name, where they have one. */
  readonly timeZone: string | null;
  /** Attempts already counted against this delivery. */
  readonly attempts: number;
  /** How often the bytes may have been sent without a reply. */
  readonly uncertainTimes: number;
  /** Index of the day in the plan of a warm-up; absent without one. */
  readonly warmUpDay?: number;
}

/** A batch's recipients, read from the ledger and their subscriptions in one transaction. */
export interface BatchLoad {
  /** Active, without a final row, and due. */
  readonly recipients: readonly Recipient[];
  /** Without a final row but no longer to be served, and why: already written to the ledger as `suppressed`. */
  readonly suppressed: number;
}

/** What one attempt did to one ledger row. */
export interface Settlement {
  readonly subscriberId: number;
  readonly state: Exclude<DeliveryState, 'in-flight'>;
  readonly attempts: number;
  readonly uncertainTimes: number;
  /** When to try again; absent where the state is final. */
  readonly nextAttemptAt?: number;
  /** Present exactly when the state is final. */
  readonly outcome?: Outcome;
  /** Machine-readable, kebab-case: `accepted`, `bad-address`, `expired`. */
  readonly reason: string;
  readonly relay?: string;
  readonly replyCode?: number;
  /** RFC 3463 */
  readonly enhanced?: string;
  readonly replyText?: string;
  /** Set where the receiving server showed the address to be dead: it never gets mail again. */
  readonly suppress?: string;
}

/**
 * What a worker learns each time it writes to the ledger.
 *
 * - `lease`: `lost` if another worker has claimed the batch; nothing was begun
 * - `edition`: with anything but `sending`, the worker stops after what is in flight
 * - `revision`: which one is to be sent; if it is another than the claim's, the worker stops too
 */
export interface StepResult {
  readonly lease: 'held' | 'lost';
  readonly edition: EditionState;
  readonly revision: number;
  /** Subscriber ids now `in-flight`. A requested id that is missing was no longer active. */
  readonly begun: ReadonlySet<number>;
}

export interface LeaseRequest {
  readonly workerId: string;
  readonly leaseMs: number;
  readonly now: number;
  /** How often an uncertain delivery may be sent again under the policy `resend`. */
  readonly resendLimit: number;
}

export interface ReleaseOptions {
  readonly now: number;
  /** When due recipients that were left out may be tried: their receiving domain asked for a pause. */
  readonly notBefore?: number;
}

/** `edition-finished`: the last batch of the edition was done and all are accounted for. */
export type Released = 'open' | 'done' | 'edition-finished';

/** What a worker brings to one exchange with the ledger. */
export interface LedgerStep {
  readonly settlements: readonly Settlement[];
  readonly intents: readonly Recipient[];
  readonly now: number;
  readonly leaseMs: number;
}
