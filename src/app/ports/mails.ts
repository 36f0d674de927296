import type { NewMail, MailClaim, MailSettlement, MailKind } from '../../domain/signup/transactional-mail.ts';
import type { PublicationRecord } from './publications.ts';
import type { Outgoing } from './relays.ts';

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
  /** Mails that are due and unclaimed, oldest first. */
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
  open(kind: MailKind, known: PublicationRecord): Promise<MakeMail>;
}
