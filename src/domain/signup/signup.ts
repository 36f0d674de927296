import type { Outcome } from '../outcome.ts';
import type { SubscriptionState } from '../subscribers/subscriber.ts';

/** All times are UTC epoch milliseconds. */

/** Source of a signup: Daybrief's page, a form on another site, a program, the preferences page. */
export const signupSources = ['form', 'embed', 'api', 'preferences'] as const;
export type SignupSource = (typeof signupSources)[number];

/** A signup that passed the gate, as it is stored before the response is sent. */
export interface NewSignup {
  readonly publicationId: number;
  /** See `address.ts`. */
  readonly address: string;
  readonly canonical: string;
  readonly source: SignupSource;
  readonly now: number;
}

/** A signup that a worker has claimed under a lease. */
export interface SignupClaim {
  readonly signupId: number;
  /** Fencing token: the number of claims so far, this one included. */
  readonly epoch: number;
  readonly publicationId: number;
  readonly address: string;
  readonly canonical: string;
  readonly source: SignupSource;
  readonly createdAt: number;
}

/** How a signup ended: exactly one outcome, and a reason in kebab-case. */
export interface SignupEnding {
  readonly outcome: Outcome;
  readonly reason: string;
}

/** What the database knows about the subscriber at the moment their signup is decided. */
export interface SubscriptionSituation {
  /** By a keyed hash: bounced, complained or erased, whether or not they have a row. */
  readonly isSuppressed: boolean;
  /** In this publication; undefined if they never subscribed to it. */
  readonly state: SubscriptionState | undefined;
  /** Confirmation mails to this subscriber in the last 24 hours, from all publications. */
  readonly confirmationsToday: number;
}

/**
 * The decision about a signup. With a mail, the signup ends when the mail does; without one it ends at once.
 *
 * - `confirm`: a pending subscription, and the mail that asks for the confirmation. A subscriber who
 *   unsubscribed stays so until they confirm.
 * - `welcome`: an active subscription at once, if the publication asks for no confirmation
 */
export type SignupDecision =
  | { readonly mail: 'confirm'; readonly subscribe: 'pending' | 'unchanged' }
  | { readonly mail: 'welcome'; readonly subscribe: 'active' }
  | { readonly mail: undefined; readonly ending: SignupEnding };

/** Maximum number of confirmation mails to one address within 24 hours. */
const confirmationsADay = 2;

/** Decides a signup. The response has been sent already and is the same for every decision. */
export function decideSignup(
  situation: SubscriptionSituation,
  publication: { readonly doubleOptIn: boolean },
): SignupDecision {
  if (situation.isSuppressed || situation.state === 'suppressed') {
    return { mail: undefined, ending: { outcome: 'subscription-failed', reason: 'suppressed' } };
  }
  if (situation.state === 'active') {
    return { mail: undefined, ending: { outcome: 'thank-you', reason: 'already-subscribed' } };
  }
  // An unsubscribed address returns only by confirming, even if the publication does not use double opt-in.
  if (!publication.doubleOptIn && situation.state !== 'unsubscribed') {
    return { mail: 'welcome', subscribe: 'active' };
  }
  if (situation.confirmationsToday >= confirmationsADay) {
    return { mail: undefined, ending: { outcome: 'thank-you', reason: 'confirmation-sent-already' } };
  }
  return { mail: 'confirm', subscribe: situation.state === undefined ? 'pending' : 'unchanged' };
}
