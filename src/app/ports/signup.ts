import type { NewSignup, SignupClaim, SignupEnding } from '../../domain/signup/signup.ts';
import type { Subscriber, SubscriptionState } from '../../domain/subscribers/subscriber.ts';
import type { IsoDate } from '../../domain/units.ts';
import type { SubscriptionKey } from './links.ts';

export interface Signups {
  /** Committed to disk when it resolves; several at once share one commit. Returns the id. */
  add(signup: NewSignup): Promise<number>;
  /** Signups that are due and unclaimed, oldest first. */
  due(options: { readonly now: number; readonly limit: number }): Promise<readonly number[]>;
  /** Compare and set: claims the signup under a lease if it is open and due. */
  claim(
    signupId: number,
    lease: { readonly now: number; readonly leaseMs: number },
  ): Promise<SignupClaim | undefined>;
  /**
   * One transaction: reads the subscription's state, decides by `decideSignup`, and applies the decision:
   * writes the subscription and the mail, or ends the signup and counts it.
   *
   * @returns the mail to send; undefined if there is none or another worker has claimed the signup since.
   */
  admit(
    claim: SignupClaim,
    options: { readonly now: number; readonly day: string; readonly doubleOptIn: boolean },
  ): Promise<{ readonly mailId: number } | undefined>;
  /** Ends the signup, counts it and erases its address. Does nothing if another worker has claimed it since. */
  end(
    claim: SignupClaim,
    ending: SignupEnding & { readonly now: number; readonly day: string },
  ): Promise<void>;
  /** Counts signups that were refused before they were stored. */
  count(refusals: readonly EndedSignups[]): Promise<void>;
}

/** Signups that ended in the same way. */
export interface EndedSignups extends SignupEnding {
  /** `YYYY-MM-DD` in the publication's zone. */
  readonly day: IsoDate;
  readonly publicationId: number;
  readonly attempts: number;
}

/** A hint that there is work; losing it costs seconds. */
export interface SignupQueue {
  signUp(signupId: number): Promise<void>;
  sendMail(mailId: number): Promise<void>;
}

export interface SignupLimits {
  /**
   * Counts one attempt against the limits of its networks, of all signups and of its mailbox, and returns the
   * first one that it exceeds; it is not counted against the limits after that one.
   *
   * @param attempt.canonical absent if the attempt is refused anyway: then only its networks are counted
   * @param attempt.network an IP address as text; the limit applies to its network
   */
  take(attempt: {
    readonly canonical?: string;
    readonly network: string;
  }): Promise<{ readonly ok: true } | ExceededLimit>;
}

export interface ExceededLimit {
  readonly ok: false;
  readonly limit: 'address' | 'network' | 'overall';
  readonly retryAfterMs: number;
  /** True for the first request refused in this window. */
  readonly isFirst: boolean;
}

/**
 * Whether a domain accepts mail. `unknown` means no answer in time or a failing name server, and refuses no signup.
 *
 * - `null-mx`: the domain declares that it accepts no mail (RFC 7505)
 */
export type MailDomain = 'takes-mail' | 'no-such-domain' | 'null-mx' | 'no-mail-server' | 'unknown';
export type CheckMailDomain = (domain: string) => Promise<MailDomain>;

/** One subscriber's state in one publication. */
export interface ProfileSubscription {
  readonly publicationId: number;
  readonly state: SubscriptionState;
  readonly changedAt: number;
  /** Gets no edition before this; 0 if there is no pause. */
  readonly pausedUntil: number;
}

/** A subscriber, as the preferences page shows them their data. */
export interface Profile {
  readonly subscriber: Subscriber;
  readonly subscriptions: readonly ProfileSubscription[];
}

/** Changes that subscribers make to their own subscriptions. Every change is one idempotent transaction. */
export interface OwnSubscriptions {
  profile(subscriberId: number): Promise<Profile | undefined>;
  /**
   * Makes the subscription active, and writes the welcome mail in the same transaction, if it is pending, or
   * was unsubscribed before the link was issued (`issuedAt`).
   *
   * @returns `refused` if there is nothing to confirm: unknown, suppressed, or unsubscribed since.
   */
  confirm(
    subject: SubscriptionKey,
    options: { readonly issuedAt: number; readonly now: number },
  ): Promise<
    | { readonly kind: 'confirmed'; readonly mailId: number }
    | { readonly kind: 'already-active' }
    | { readonly kind: 'refused' }
  >;
  /**
   * Ends the subscription, whether it is active or pending.
   *
   * @returns when the state last changed, if it is `unsubscribed` now; undefined otherwise.
   */
  unsubscribe(
    subject: SubscriptionKey,
    options: { readonly now: number },
  ): Promise<{ readonly changedAt: number; readonly changed: boolean } | undefined>;
  /** Makes it active again if it was unsubscribed at most `withinMs` ago and before the link was issued. */
  undo(
    subject: SubscriptionKey,
    options: { readonly issuedAt: number; readonly now: number; readonly withinMs: number },
  ): Promise<boolean>;
  saveProfile(
    subscriberId: number,
    profile: { readonly name: string; readonly timeZone: string | null },
  ): Promise<void>;
  /** Pauses all publications of this subscriber; 0 ends the pause. */
  pause(subscriberId: number, options: { readonly until: number }): Promise<void>;
  /** Everything stored about them, in plain words: subscriber, subscriptions, signups, mails, deliveries. */
  personalData(subscriberId: number): Promise<Readonly<Record<string, unknown>>>;
}
