import type { EpochMs, Slug } from '../units.ts';

export interface Subscriber {
  readonly id: number;
  /** See `address.ts`. */
  readonly address: string;
  readonly canonical: string;
  /** Empty if it is not known; see `clean-name.ts`. */
  readonly name: string;
  /** IANA zone name. */
  readonly timeZone: string | null;
  readonly createdAt: EpochMs;
}

/** A subscriber's state in one publication. */
export interface Subscription {
  readonly publication: Slug;
  readonly state: SubscriptionState;
  /** The source of the subscription: `import`, `operator`, `form`. */
  readonly source: string;
  readonly createdAt: EpochMs;
  readonly changedAt: EpochMs;
  /** Epoch ms: no edition before this; 0 if there is no pause. */
  readonly pausedUntil: EpochMs;
}

/** A subscriber as one publication sees them. */
export interface ListedSubscriber extends Subscriber {
  readonly state: SubscriptionState;
}

/** A subscriber to add or merge, already parsed and cleaned. */
export interface NewSubscriber {
  readonly address: string;
  readonly canonical: string;
  readonly name: string;
  readonly timeZone: string | null;
}

/**
 * The outcome of one candidate in a merge.
 *
 * - `unsubscribed`, `suppressed`: already so, and left alone
 * - `unsubscribed-now`, `suppressed-now`: the candidate's state is stricter than the stored one, or new
 */
export type MergeOutcome =
  | 'added'
  | 'updated'
  | 'unchanged'
  | 'unsubscribed'
  | 'suppressed'
  | 'unsubscribed-now'
  | 'suppressed-now';

/** The outcome of adding one active subscriber. */
export type AddOutcome = Exclude<MergeOutcome, 'unsubscribed-now' | 'suppressed-now'>;

/** States of a subscriber in one publication. */
export const subscriptionStates = ['pending', 'active', 'unsubscribed', 'suppressed'] as const;

export type SubscriptionState = (typeof subscriptionStates)[number];
