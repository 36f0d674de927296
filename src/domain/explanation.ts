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

/** A published edition this person has no ledger row for, with what is needed to say why. */
export interface ExplainedAbsence {
  readonly publication: string;
  readonly date: string;
  readonly publishedAt: number;
  /** Whether this person was in the audience the edition was published to. */
  readonly intended: boolean;
}

/** An attempt to sign up. */
export interface ExplainedSignup {
  readonly publication: string;
  readonly source: SignupSource;
  /** Null while a worker has still to decide it, or while the mail that answers it is on its way. */
  readonly outcome: Outcome | null;
  readonly reason: string;
  readonly createdAt: number;
  readonly changedAt: number;
}

/** Mail that belongs to no edition. */
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
  readonly absences: readonly ExplainedAbsence[];
  /** Newest first. */
  readonly signups: readonly ExplainedSignup[];
  /** Newest first. */
  readonly mails: readonly ExplainedMail[];
}
