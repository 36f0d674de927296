import type { Outcome } from '../outcome.ts';
import type { Settlement } from '../sending/ledger.ts';
import type { IsoDate, Slug } from '../units.ts';

/** All times are UTC epoch milliseconds. */

/**
 * Kinds of transactional mail.
 *
 * - `confirm`: asks whether they meant to subscribe
 * - `welcome`: says that they are subscribed and brings the latest edition
 * - `manage`: a short-lived link to download or erase what is known of them, which only their own mailbox gets
 */
export const mailKinds = ['confirm', 'welcome', 'manage'] as const;
export type MailKind = (typeof mailKinds)[number];

export interface NewMail {
  readonly kind: MailKind;
  readonly publicationId: number;
  readonly subscriberId: number;
  readonly now: number;
}

/** A mail that a worker has claimed under a lease. */
export interface MailClaim {
  readonly mailId: number;
  /** Fencing token: the number of claims so far, this one included. */
  readonly epoch: number;
  readonly kind: MailKind;
  readonly publicationId: number;
  readonly subscriberId: number;
  readonly address: string;
  readonly attempts: number;
  readonly uncertainTimes: number;
  /** The same for every attempt, so that a link in a mail sent twice is the same link. */
  readonly createdAt: number;
  /** After this it is not retried. */
  readonly expiresAt: number;
}

/** What one attempt did to a mail; the same words as a delivery's. */
export type MailSettlement = Omit<Settlement, 'subscriberId'>;

/** How long sending a mail is retried. */
export const mailExpiryMs = 24 * 3_600_000;

/** How many signup attempts or mails ended the same way on one day. */
export interface SignupOutcomeCount {
  /** `YYYY-MM-DD` in the publication's zone. */
  readonly day: IsoDate;
  readonly publication: Slug;
  readonly outcome: Outcome;
  readonly reason: string;
  readonly attempts: number;
}
