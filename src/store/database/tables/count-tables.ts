import type { Outcome } from '../../../domain/outcome.ts';
import type { DeliveryState } from '../../../domain/sending/delivery.ts';
import type { SubscriptionState } from '../../../domain/subscribers/subscriber.ts';

/**
 * How many deliveries of an edition are in each state. The database's triggers keep them, so that showing progress reads a
 * few rows; only the sum over the slots has a meaning, and on PostgreSQL single rows may be negative.
 */
export interface EditionCounts {
  edition_id: number;
  /** On PostgreSQL each connection has one of 64, so that workers do not wait for each other; 0 on SQLite. */
  slot: number;
  state: DeliveryState;
  /** Empty while the delivery is open. */
  outcome: Outcome | '';
  /** Empty while the delivery is open. */
  reason: string;
  recipients: number;
}

/** How many deliveries ended in each second of the last minute. Kept by triggers too. */
export interface EditionPace {
  edition_id: number;
  slot: number;
  /** `second` modulo 64: rows are used again. */
  part: number;
  /** Since the epoch. */
  second: number;
  recipients: number;
}

/** How many subscriptions of a publication are in each state. Kept by triggers too. */
export interface SubscriptionCounts {
  publication_id: number;
  slot: number;
  state: SubscriptionState;
  subscribers: number;
}
