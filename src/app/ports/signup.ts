import type { NewSignup, SignupClaim, SignupEnding } from '../../domain/signup/signup.ts';
import type { Subscriber, SubscriptionState } from '../../domain/subscribers/subscriber.ts';
import type { SubscriptionKey } from './links.ts';

export interface Signups {
  /** Committed to disk when it resolves; several at once share one commit. Returns the id. */
  add(signup: NewSignup): Promise<number>;
  /** Signups that are due and unclaimed, oldest first. */
  due(options: { readonly now: number; readonly limit: number }): Promise<readonly number[]>;
  /** Compare and set: takes the attempt under a lease if it is open and due. */
  claim(
    signupId: number,
    lease: { readonly now: number; readonly leaseMs: number },
  ): Promise<SignupClaim | undefined>;
  /**
   * One transaction: reads the subscription's state, decides by `decideSignup`, and applies the decision:
   * writes the subscription and the mail, or ends the attempt and counts it.
   *
   * @returns the mail to send, if there is one. Nothing also where the claim is lost.
   */
  admit(
    claim: SignupClaim,
    options: { readonly now: number; readonly day: string; readonly doubleOptIn: boolean },
  ): Promise<{ readonly mailId: number } | undefined>;
  /** Ends the attempt and counts it; forgets its address. Nothing happens where the claim is lost. */
  end(
    claim: SignupClaim,
    ending: SignupEnding & { readonly now: number; readonly day: string },
  ): Promise<void>;
  /** Counts attempts that ended at the gate. */
  count(refusals: readonly RefusalCount[]): Promise<void>;
}

export interface RefusalCount extends SignupEnding {
  /** `YYYY-MM-DD` in the publication's zone. */
  readonly day: string;
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
   * Counts one attempt against the network, the whole and the address, and says which of them it exceeds
   * first; it is not counted against those after that one.
   *
   * @param attempt.network an IP address as text; its network counts, not the address
   */
  take(attempt: {
    readonly canonical: string;
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
 * - `null-mx`: it says that it takes none (RFC 7505)
 */
export type MailDomain = 'takes-mail' | 'no-such-domain' | 'null-mx' | 'no-mail-server' | 'unknown';
export type CheckMailDomain = (domain: string) => Promise<MailDomain>;

/** One subscriber's state in one publication. */
export interface ProfileSubscription {
  readonly publicationId: number;
  readonly state: SubscriptionState;
  readonly changedAt: number;
  /** No edition before this; 0 where there is no pause. */
  readonly pausedUntil: number;
}

/** A person as the pages show them to themselves. */
export interface Profile {
  readonly subscriber: Subscriber;
  readonly subscriptions: readonly ProfileSubscription[];
}

/** What readers do to their own subscriptions. Every change is one transaction and harmless to repeat. */
export interface OwnSubscriptions {
  profile(subscriberId: number): Promise<Profile | undefined>;
  /**
   * Makes the subscription active, and writes the welcome mail in the same transaction, if it is pending or
   * if it was given up before `issuedAt`, when the link was made.
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
   * @returns when it became what it is, where it is `unsubscribed` now.
   */
  unsubscribe(
    subject: SubscriptionKey,
    options: { readonly now: number },
  ): Promise<{ readonly changedAt: number; readonly changed: boolean } | undefined>;
  /** Active again, if it was given up at most `withinMs` ago and not after the link was made. */
  undo(
    subject: SubscriptionKey,
    options: { readonly issuedAt: number; readonly now: number; readonly withinMs: number },
  ): Promise<boolean>;
  saveProfile(
    subscriberId: number,
    profile: { readonly name: string; readonly timeZone: string | null },
  ): Promise<void>;
  /** For all publications of this person; 0 ends the pause. */
  pause(subscriberId: number, options: { readonly until: number }): Promise<void>;
  /** All that is kept of them, in plain words: subscriber, subscriptions, signups, mails, deliveries. */
  personalData(subscriberId: number): Promise<Readonly<Record<string, unknown>>>;
}
