import type { ApiToken } from '../../domain/accounts/api-token.ts';
import type { ActedBy } from '../../domain/audit.ts';
import type { Edition, EditionState } from '../../domain/editions/edition.ts';
import type { FeedbackReason } from '../../domain/inbound/feedback.ts';
import type { Accounting, OutcomeCount } from '../../domain/sending/delivery.ts';
import type { SignupOutcomeCount } from '../../domain/signup/transactional-mail.ts';
import type { SubscriptionState } from '../../domain/subscribers/subscriber.ts';
import type { IsoDate, Slug } from '../../domain/units.ts';
import type { ApiLimits } from '../ports/accounts.ts';
import type { SendOptions } from '../sending/send-edition.ts';
import type { SignUpAnswer } from '../signup/sign-up.ts';
import type { Once } from './once.ts';

/** What the API reads and does besides what it shares with the desk. Its callers have checked the token. */
export interface ApiService {
  /** Undefined for a text that is no token, or one that was revoked, has expired, or has a disabled owner. */
  findToken(secret: string): Promise<ApiToken | undefined>;
  readonly limits: ApiLimits;
  readonly once: Once;
  /** Keyed hash of a request, hexadecimal: what is stored of a body reveals no address. */
  fingerprint(text: string): string;
  /** One keyset page, newest date first. */
  editions(query: EditionsQuery): Promise<readonly CountedEdition[]>;
  /** Publishes an approved edition; a worker sends it. Throws as `sendEdition` does. */
  send(
    reference: string,
    options: Omit<SendOptions, keyof ActedBy>,
    by: ActedBy,
  ): Promise<{ readonly edition: Edition }>;
  /** Counts subscriptions by state; some 0.1 s for a million. */
  countSubscribers(publicationId: number): Promise<Readonly<Record<SubscriptionState, number>>>;
  outcomes(range: OutcomesQuery): Promise<OutcomeReport>;
  countSuppressions(): Promise<number>;
  /** The gate of every signup, for a program that shows a form of its own. */
  signUp(request: {
    readonly publication: Slug;
    readonly email: string;
    /** IP address of the visitor. */
    readonly network: string;
  }): Promise<SignUpAnswer>;
}

export interface EditionsQuery {
  readonly publicationId: number;
  readonly state?: EditionState | undefined;
  /** Only editions of earlier dates. */
  readonly before?: IsoDate | undefined;
  readonly limit: number;
}

export interface CountedEdition {
  readonly edition: Edition;
  readonly accounting: Accounting;
}

export interface OutcomesQuery {
  readonly publicationId: number;
  readonly editions: number;
  readonly days: number;
  readonly day?: IsoDate | undefined;
}

/** How deliveries and signups ended, and what receivers reported later. */
export interface OutcomeReport {
  readonly outcomes: readonly OutcomeCount[];
  readonly feedback: readonly FeedbackReason[];
  readonly signups: readonly SignupOutcomeCount[];
}
