import type { DeliveryState, Outcome } from './delivery.ts';
import type { Subscription } from './subscriber.ts';

/** Times are UTC epoch milliseconds. */

export interface ExplainedDelivery {
  readonly publication: string;
  readonly date: string;
  readonly revision: number;
  readonly state: DeliveryState;
  readonly outcome: Outcome | null;
  readonly reason: string;
  readonly attempts: number;
  readonly uncertainTimes: number;
  readonly nextAttemptAt: number | null;
  readonly relay: string | null;
  readonly replyCode: number | null;
  readonly enhanced: string | null;
  readonly replyText: string | null;
  readonly changedAt: number;
}

/** A published edition this person has no ledger row for, with what is needed to say why. */
export interface ExplainedAbsence {
  readonly publication: string;
  readonly date: string;
  readonly publishedAt: number;
  /** Whether this person was in the audience the edition was published to. */
  readonly intended: boolean;
}

export interface Explanation {
  readonly subscriptions: readonly Subscription[];
  /** Newest first. */
  readonly deliveries: readonly ExplainedDelivery[];
  /** Newest first. */
  readonly absences: readonly ExplainedAbsence[];
}
