import type { MailClaim, MailKind, MailSettlement, NewMail } from '../domain/signup/transactional-mail.ts';
import type { Publication } from '../domain/editions/publication.ts';
import type { NewSignup, SignupClaim, SignupEnding } from '../domain/signup/signup.ts';
import type { Subscriber, SubscriptionState } from '../domain/subscribers/subscriber.ts';
import type { Outgoing } from './ports.ts';

/** What signing up, and the mail around it, needs of the world. `src/wire.ts` fills it in. */

/** A publication as its file says it at this moment, with the id the database knows it by. */
export interface KnownPublication {
  readonly id: number;
  readonly publication: Publication;
}

/**
 * The publications there are. Read again when a file changes; one whose file has become wrong stays as it
 * was last read, because a slip in a file must not close the door to readers.
 */
export interface Publications {
  /** Nothing where there is none of this name. Never throws for what a stranger may type. */
  find(slug: string): Promise<KnownPublication | undefined>;
  byId(publicationId: number): Promise<KnownPublication | undefined>;
  /** By name. */
  all(): Promise<readonly KnownPublication[]>;
}

export interface Signups {
  /** Committed to disk when it resolves; several at once share one commit. Returns the id. */
  add(signup: NewSignup): Promise<number>;
  /** Attempts that are due and that nobody holds, oldest first. */
  due(options: { readonly now: number; readonly limit: number }): Promise<readonly number[]>;
  /** Compare and set: takes the attempt under a lease if it is open and due. */
  claim(
    signupId: number,
    lease: { readonly now: number; readonly leaseMs: number },
  ): Promise<SignupClaim | undefined>;
  /**
   * One transaction: reads how the person stands, decides by `decideSignup`, and does what was decided:
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

export interface Mails {
  /**
   * Writes a mail, unless this person got so many of its kind since, however many ask at the same moment.
   *
   * @returns its id; nothing where it was not written, or where there is no such person.
   */
  addAtMost(
    mail: NewMail,
    cap: { readonly most: number; readonly since: number },
  ): Promise<number | undefined>;
  /** Mails that are due and that nobody holds, oldest first. */
  due(options: { readonly now: number; readonly limit: number }): Promise<readonly number[]>;
  /**
   * Compare and set: takes the mail under a lease if it is open and due. One that an earlier holder left
   * in flight counts as uncertain once more; past `resendLimit` it ends so and nothing is returned.
   */
  claim(
    mailId: number,
    lease: {
      readonly now: number;
      readonly leaseMs: number;
      readonly resendLimit: number;
      /** `YYYY-MM-DD` in a publication's zone: whose mail it is shows only with the claim. */
      readonly dayOf: (publicationId: number) => string;
    },
  ): Promise<MailClaim | undefined>;
  /**
   * Compare and set, and renews the lease: the mail is in flight from here on, committed before its first
   * byte goes out. False where the claim is lost, or where it is no longer wanted: the person was erased,
   * suppressed, or has confirmed in the meantime. Then the mail has been ended and counted.
   */
  begin(
    claim: MailClaim,
    options: { readonly now: number; readonly leaseMs: number; readonly day: string },
  ): Promise<boolean>;
  /** Renews the lease of a mail that is in flight, while its server takes its time. */
  renew(claim: MailClaim, lease: { readonly now: number; readonly leaseMs: number }): Promise<void>;
  /** Gives the claim back: due again at `dueAt`, nothing was sent. */
  release(claim: MailClaim, options: { readonly dueAt: number }): Promise<void>;
  /**
   * Writes down what the attempt came to. A final state ends the signup it answers, if it answers one,
   * counts its outcome, and suppresses the address where the server showed it to be dead.
   */
  settle(
    claim: MailClaim,
    settlement: MailSettlement,
    options: { readonly now: number; readonly day: string },
  ): Promise<void>;
}

/** Makes one mail's bytes. The same mail gives the same Message-ID and links every time. */
export type MakeMail = (mail: MailClaim, now: number) => Outgoing;

export interface MailMessages {
  /** Compiled once for a publication as it is at this moment, and kept ready. */
  open(kind: MailKind, known: KnownPublication): Promise<MakeMail>;
}

/** A hint that there is work; losing it costs seconds. */
export interface SignupQueue {
  signUp(signupId: number): Promise<void>;
  sendMail(mailId: number): Promise<void>;
}

/** What a form carries to show when it was made; signed, and it holds nothing else. */
export interface FormStamps {
  issue(now: number): string;
  /** Epoch milliseconds of the making, or nothing where it is not one of ours. */
  read(stamp: string): number | undefined;
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
  /** Nobody was refused by it before, until it is over. */
  readonly isFirst: boolean;
}

/**
 * Whether a domain takes mail. `unknown` is no answer in time or a name server in trouble, and stops nobody.
 *
 * - `null-mx`: it says that it takes none (RFC 7505)
 */
export type MailDomain = 'takes-mail' | 'no-such-domain' | 'null-mx' | 'no-mail-server' | 'unknown';
export type CheckMailDomain = (domain: string) => Promise<MailDomain>;

/** Whom a link in a mail is for. */
export interface LinkHolder {
  readonly publicationId: number;
  readonly subscriberId: number;
}

/** Links that stand in editions: they last as long as the secret does. */
export type LastingLink = 'unsubscribe' | 'preferences';

/** Links with a date in them. `undo` takes back an unsubscribing. */
export type DatedLink = 'confirm' | 'undo' | 'manage';

/** The tokens in links, opaque and unforgeable; one for each purpose. */
export interface Links {
  issueLasting(purpose: LastingLink, holder: LinkHolder): string;
  readLasting(purpose: LastingLink, token: string): LinkHolder | undefined;
  issue(purpose: DatedLink, holder: LinkHolder & { readonly issuedAt: number }): string;
  /** `issuedAt` is epoch milliseconds in whole seconds. Nothing where the token is not of this purpose. */
  read(purpose: DatedLink, token: string): (LinkHolder & { readonly issuedAt: number }) | undefined;
}

/** How one person stands in one publication. */
export interface Standing {
  readonly publicationId: number;
  readonly state: SubscriptionState;
  readonly changedAt: number;
  /** No edition before this; 0 where there is no pause. */
  readonly pausedUntil: number;
}

/** A person as the pages show them to themselves. */
export interface Profile {
  readonly subscriber: Subscriber;
  readonly standings: readonly Standing[];
}

/** What readers do to their own subscriptions. Every change is one transaction and harmless to repeat. */
export interface Readers {
  profile(subscriberId: number): Promise<Profile | undefined>;
  /**
   * Makes the subscription active, and writes the welcome mail in the same transaction, if it is pending or
   * if it was given up before `issuedAt`, when the link was made.
   *
   * @returns `refused` where nothing stands that could be confirmed: unknown, suppressed, or given up since.
   */
  confirm(
    holder: LinkHolder,
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
    holder: LinkHolder,
    options: { readonly now: number },
  ): Promise<{ readonly changedAt: number; readonly changed: boolean } | undefined>;
  /** Active again, if it was given up at most `withinMs` ago and not after the link was made. */
  undo(
    holder: LinkHolder,
    options: { readonly issuedAt: number; readonly now: number; readonly withinMs: number },
  ): Promise<boolean>;
  saveProfile(
    subscriberId: number,
    profile: { readonly name: string; readonly timeZone: string | null },
  ): Promise<void>;
  /** For all publications of this person; 0 ends the pause. */
  pause(subscriberId: number, options: { readonly until: number }): Promise<void>;
  /** All that is kept of them, in plain words: subscriber, subscriptions, signups, mails, deliveries. */
  everything(subscriberId: number): Promise<Readonly<Record<string, unknown>>>;
}
