import type { NewMail, MailClaim, MailSettlement, MailKind } from '../../domain/signup/transactional-mail.ts';
import type { PublicationRecord } from './publications.ts';
import type { Outgoing } from './relays.ts';

export interface Mails {
  /**
   * Writes a mail, unless this subscriber got that many of its kind since then; exact under concurrency.
   *
   * @returns its id; undefined if it was not written, or if there is no such subscriber.
   */
  addAtMost(
    mail: NewMail,
    cap: { readonly max: number; readonly since: number },
  ): Promise<number | undefined>;
  /** Mails that are due and unclaimed, oldest first. */
  due(options: { readonly now: number; readonly limit: number }): Promise<readonly number[]>;
  /**
   * Compare and set: claims the mail under a lease if it is open and due. One that an earlier worker left
   * in flight is uncertain once more; past `resendLimit` it ends, and undefined is returned.
   */
  claim(
    mailId: number,
    lease: {
      readonly now: number;
      readonly leaseMs: number;
      readonly resendLimit: number;
      /** `YYYY-MM-DD` in a publication's zone; the publication is known only after the claim. */
      readonly dayOf: (publicationId: number) => string;
    },
  ): Promise<MailClaim | undefined>;
  /**
   * Compare and set, and renews the lease: marks the mail as in flight, committed before its first byte is
   * sent. Returns false if another worker has claimed it since, or if the mail is no longer wanted: the
   * subscriber was erased, suppressed, or has confirmed in the meantime. The mail has then been ended and counted.
   */
  begin(
    claim: MailClaim,
    options: { readonly now: number; readonly leaseMs: number; readonly day: string },
  ): Promise<boolean>;
  /** Renews the lease of a mail in flight, while the server has not replied. */
  renew(claim: MailClaim, lease: { readonly now: number; readonly leaseMs: number }): Promise<void>;
  /** Gives the claim back: due again at `dueAt`, nothing was sent. */
  release(claim: MailClaim, options: { readonly dueAt: number }): Promise<void>;
  /**
   * Records the result of the attempt. A final state ends the signup that the mail belongs to, if there is
   * one, counts its outcome, and suppresses the address if the server's reply showed it to be dead.
   */
  settle(
    claim: MailClaim,
    settlement: MailSettlement,
    options: { readonly now: number; readonly day: string },
  ): Promise<void>;
}

/** Makes one mail's bytes. A mail gets the same Message-ID and links every time. */
export type MakeMail = (mail: MailClaim, now: number) => Outgoing | Promise<Outgoing>;

export interface MailMessages {
  /** Compiles the mail for the publication's present settings; cached. */
  open(kind: MailKind, known: PublicationRecord): Promise<MakeMail>;
}
