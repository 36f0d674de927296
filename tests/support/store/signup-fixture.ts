import type { Kysely } from 'kysely';

import type { SignupClaim } from '../../../src/domain/signup/signup.ts';
import type { MailClaim } from '../../../src/domain/signup/transactional-mail.ts';
import { deriveSuppressionKeys } from '../../../src/secrets/suppression-keys.ts';
import type { Schema } from '../../../src/store/database/schema.ts';
import { createMails } from '../../../src/store/signup/mails.ts';
import { createOwnSubscriptions } from '../../../src/store/signup/own-subscriptions.ts';
import { createSignups } from '../../../src/store/signup/signups.ts';
import { createSubscribers } from '../../../src/store/subscribers/subscribers.ts';
import { createSuppressions } from '../../../src/store/subscribers/suppressions.ts';
import { StoreFixture } from './store-fixture.ts';

export const day = '2026-11-23';
export const dayOf = () => day;
export const leaseMs = 1_000;
export const resendLimit = 3;

/** The stores of signing up over a database of their own, with a publication of id 1. */
export class SignupFixture {
  readonly store: StoreFixture;
  readonly signups;
  readonly mails;
  readonly ownSubscriptions;
  readonly subscribers;
  readonly suppressions;

  private constructor(store: StoreFixture) {
    const stores = storesOver(store.db);
    this.store = store;
    this.signups = stores.signups;
    this.mails = stores.mails;
    this.ownSubscriptions = stores.ownSubscriptions;
    this.subscribers = stores.subscribers;
    this.suppressions = stores.suppressions;
  }

  static async create(): Promise<SignupFixture> {
    return new SignupFixture(await StoreFixture.create());
  }

  /** Writes an attempt of this address down. */
  add(address: string, now = 0): Promise<number> {
    return this.signups.add({
      publicationId: 1,
      address,
      canonical: address.toLowerCase(),
      source: 'form',
      now,
    });
  }

  /** @throws Error where it is not to be had */
  async claim(signupId: number, now = 0): Promise<SignupClaim> {
    return there(await this.signups.claim(signupId, { now, leaseMs }));
  }

  /** Adds, claims and admits an attempt; the id of the mail it led to, if there is one. */
  async signUp(address: string, now = 0, doubleOptIn = true): Promise<number | undefined> {
    const claim = await this.claim(await this.add(address, now), now);
    return (await this.signups.admit(claim, { now, day, doubleOptIn }))?.mailId;
  }

  /** @throws Error where it is not to be had */
  async claimMail(mailId: number | undefined, now = 0): Promise<MailClaim> {
    return there(await this.mails.claim(there(mailId), { now, leaseMs, resendLimit, dayOf }));
  }

  /** Claims and sends a mail that the server takes. */
  async sendMail(mailId: number | undefined, now = 0): Promise<boolean> {
    const claim = await this.claimMail(mailId, now);
    if (!(await this.mails.begin(claim, { now, leaseMs, day }))) return false;
    const { attempts, uncertainTimes } = claim;
    await this.mails.settle(
      claim,
      { state: 'accepted', attempts: attempts + 1, uncertainTimes, outcome: 'thank-you', reason: 'accepted' },
      { now, day },
    );
    return true;
  }

  /** Signs up, confirms, and gives the person's id. */
  async subscribe(address: string, now = 0): Promise<number> {
    await this.sendMail(await this.signUp(address, now), now);
    const { id } = await this.subscriber(address);
    await this.ownSubscriptions.confirm({ publicationId: 1, subscriberId: id }, { issuedAt: now, now });
    return id;
  }

  async subscriber(address: string): Promise<{ readonly id: number; readonly state: string | undefined }> {
    const found = there(await this.subscribers.findByCanonical(address));
    return { id: found.subscriber.id, state: found.subscriptions[0]?.state };
  }

  /** Every count there is, as `outcome reason`. */
  async outcomes(): Promise<Readonly<Record<string, number>>> {
    const rows = await this.store.db.selectFrom('signup_outcomes').selectAll().orderBy('reason').execute();
    const counts: Record<string, number> = {};
    for (const { outcome, reason, attempts } of rows) {
      const ending = `${outcome} ${reason}`;
      counts[ending] = (counts[ending] ?? 0) + attempts;
    }
    return counts;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.store[Symbol.asyncDispose]();
  }
}

/** All that signing up is kept in, over this database. */
export function storesOver(db: Kysely<Schema>) {
  const keys = deriveSuppressionKeys(['a secret of the tests']);
  return {
    signups: createSignups(db, { keys }),
    mails: createMails(db, { keys }),
    ownSubscriptions: createOwnSubscriptions(db, { keys }),
    subscribers: createSubscribers(db, { keys }),
    suppressions: createSuppressions(db, { keys }),
  };
}

export function there<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('expected something to be there');
  return value;
}
