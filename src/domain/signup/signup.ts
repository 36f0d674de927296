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

/** An attempt that one worker holds under a lease. */
export interface SignupClaim {
  readonly signupId: number;
  /** Fences: it grows with every claim. */
  readonly epoch: number;
  readonly publicationId: number;
  readonly address: string;
  readonly canonical: string;
  readonly source: SignupSource;
  readonly createdAt: number;
  /** How often it was claimed, this time included. */
  readonly attempts: number;
}

/** How an attempt ended: exactly one outcome, and why in kebab-case. */
export interface SignupEnding {
  readonly outcome: Outcome;
  readonly reason: string;
}

/** What the database knows of the person at the moment their attempt is looked at. */
export interface SubscriptionSituation {
  /** By a keyed hash: bounced, complained or erased, whether or not there is a row of them. */
  readonly isSuppressed: boolean;
  /** In this publication; absent where they never were in it. */
  readonly state: SubscriptionState | undefined;
  /** Confirmation mails to this person in the last 24 hours, from all publications. */
  readonly confirmationsToday: number;
}

/**
 * What an attempt leads to. With a mail, the attempt ends as the mail does; without one it ends at once.
 *
 * - `confirm`: a pending subscription, and the mail that asks for the confirmation. A subscriber who
 *   unsubscribed stays so until they confirm.
 * - `welcome`: an active subscription at once, where the publication asks for no confirmation
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
