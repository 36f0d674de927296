import type { StoredFeedback } from './inbound/feedback.ts';
import type { Outcome } from './outcome.ts';
import type { DeliveryState } from './sending/delivery.ts';
import type { SignupSource } from './signup/signup.ts';
import type { MailKind } from './signup/transactional-mail.ts';
import type { Subscription } from './subscribers/subscriber.ts';

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

/** What a receiver reported of a delivery after it was accepted. */
export interface ExplainedFeedback extends StoredFeedback {
  /** Empty for transactional mail, as is `date`. */
  readonly publication: string;
  readonly date: string;
}

/** A published edition without a ledger row for this subscriber, with what `whyAbsent` needs. */
export interface ExplainedAbsence {
  readonly publication: string;
  readonly date: string;
  readonly publishedAt: number;
  /** Whether the subscriber was in the audience of the edition. */
  readonly intended: boolean;
  /** What the delivery waits for, if it has not been begun. */
  readonly waitsFor?: Waiting;
}

/**
 * Why a delivery has not been begun although its edition was published.
 *
 * - `seeds`: the edition is being checked at its seed mailboxes
 * - `canary`: the first recipients get it before, until `at` at least
 * - `warm-up`: the warm-up lets this recipient have it at `at`
 * - `skipped`: the warm-up leaves this recipient out
 */
export type Waiting =
  | { readonly kind: 'seeds' | 'skipped' }
  | { readonly kind: 'canary' | 'warm-up'; readonly at: number };

/**
 * Why a subscriber has no delivery of a published edition.
 *
 * - `not-begun`: in the audience, the delivery has not been begun yet
 * - `not-subscribed`: never subscribed to the publication
 * - `subscribed-later`: subscribed after the edition was published
 * - `paused`: the subscription was paused at that moment
 * - `not-active`: the subscription was not active at that moment
 */
export type AbsenceReason = 'not-begun' | 'not-subscribed' | 'subscribed-later' | 'paused' | 'not-active';

/** Derives the reason of an absence from the subscriptions as they are now. */
export function whyAbsent(
  { publication, publishedAt, intended }: ExplainedAbsence,
  subscriptions: readonly Subscription[],
): AbsenceReason {
  if (intended) return 'not-begun';
  const subscription = subscriptions.find((one) => one.publication === publication);
  if (subscription === undefined) return 'not-subscribed';
  if (subscription.createdAt > publishedAt) return 'subscribed-later';
  return subscription.pausedUntil > publishedAt ? 'paused' : 'not-active';
}

/** A signup. */
export interface ExplainedSignup {
  readonly publication: string;
  readonly source: SignupSource;
  /** Null until a worker has decided it and its mail has a final reply. */
  readonly outcome: Outcome | null;
  readonly reason: string;
  readonly createdAt: number;
  readonly changedAt: number;
}

/** A transactional mail. */
export interface ExplainedMail {
  readonly publication: string;
  readonly kind: MailKind;
  readonly state: DeliveryState | 'waiting';
  readonly outcome: Outcome | null;
  readonly reason: string;
  readonly attempts: number;
  readonly uncertainTimes: number;
  /** Null once the state is final, and while it is in flight. */
  readonly nextAttemptAt: number | null;
  readonly relay: string | null;
  readonly replyCode: number | null;
  readonly enhanced: string | null;
  readonly replyText: string | null;
  readonly createdAt: number;
  readonly changedAt: number;
}

export interface Explanation {
  readonly subscriptions: readonly Subscription[];
  /** Newest first. */
  readonly deliveries: readonly ExplainedDelivery[];
  /** Newest first. */
  readonly feedback: readonly ExplainedFeedback[];
  readonly absences: readonly ExplainedAbsence[];
  /** Newest first. */
  readonly signups: readonly ExplainedSignup[];
  /** Newest first. */
  readonly mails: readonly ExplainedMail[];
}
