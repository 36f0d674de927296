import type { Kysely } from 'kysely';

import type { SignupEnding } from '../../domain/signup/signup.ts';
import type { MailClaim, MailKind } from '../../domain/signup/transactional-mail.ts';
import type { SubscriptionState } from '../../domain/subscribers/subscriber.ts';
import { lockRows } from '../database/dialect.ts';
import type { Schema } from '../database/schema.ts';
import { createSuppressions } from '../subscribers/suppressions.ts';
import type { SuppressionOptions } from '../subscribers/suppressions.ts';
import { endMail } from './mail-rows.ts';

export interface MailLease {
  readonly now: number;
  readonly leaseMs: number;
  readonly resendLimit: number;
  /** `YYYY-MM-DD` in a publication's zone. */
  readonly dayOf: (publicationId: number) => string;
}

/**
 * Compare and set: takes the mail under a lease if it is open and due. One that has been tried for long
 * enough, or was left in flight too often, ends here.
 */
export async function claimMail(
  trx: Kysely<Schema>,
  mailId: number,
  lease: MailLease,
): Promise<MailClaim | undefined> {
  const { now } = lease;
  const query = trx
    .selectFrom('mails')
    .selectAll()
    .where('id', '=', mailId)
    .where('done', '=', 0)
    .where('due_at', '<=', now);
  const row = await lockRows(trx, query).executeTakeFirst();
  if (row === undefined) return undefined;
  // Left in flight by a holder that is gone: its bytes may have been sent.
  const uncertainTimes = row.uncertain_times + (row.state === 'in-flight' ? 1 : 0);
  const mail = { mailId, kind: row.kind, signupId: row.signup_id };
  const isUncertain = uncertainTimes > 0;
  const day = lease.dayOf(row.publication_id);
  const failed = { outcome: 'subscription-failed', now, day } as const;
  const subscriber = await trx
    .selectFrom('subscribers')
    .select('address')
    .where('id', '=', row.subscriber_id)
    .executeTakeFirst();
  await trx
    .updateTable('mails')
    .set({
      epoch: row.epoch + 1,
      uncertain_times: uncertainTimes,
      state: row.state === 'in-flight' ? 'uncertain' : row.state,
      due_at: now + lease.leaseMs,
      changed_at: now,
    })
    .where('id', '=', mailId)
    .execute();
  if (subscriber === undefined) {
    const state = isUncertain ? 'uncertain' : 'suppressed';
    await endMail(trx, mail, { ...failed, state, reason: 'erased' });
  } else if (uncertainTimes > lease.resendLimit) {
    await endMail(trx, mail, { ...failed, state: 'uncertain', reason: 'uncertain-resends-used' });
  } else if (now >= row.expires_at) {
    const ending = isUncertain
      ? ({ state: 'uncertain', reason: 'uncertain-expired' } as const)
      : ({ state: 'failed', reason: 'expired' } as const);
    await endMail(trx, mail, { ...failed, ...ending });
  } else {
    return {
      mailId,
      epoch: row.epoch + 1,
      kind: row.kind,
      publicationId: row.publication_id,
      subscriberId: row.subscriber_id,
      address: subscriber.address,
      attempts: row.attempts,
      uncertainTimes,
      createdAt: row.created_at,
      expiresAt: row.expires_at,
    };
  }
  return undefined;
}

interface BeginOptions extends SuppressionOptions {
  readonly now: number;
  readonly leaseMs: number;
  readonly day: string;
}

/**
 * Compare and set: marks the mail as in flight, before its first byte goes out, if the claim still holds
 * and the person is still to get it. Else the mail ends here.
 */
export async function beginMail(
  trx: Kysely<Schema>,
  claim: MailClaim,
  options: BeginOptions,
): Promise<boolean> {
  const query = trx
    .selectFrom('mails')
    .select(['signup_id as signupId', 'uncertain_times as uncertainTimes'])
    .where('id', '=', claim.mailId)
    .where('epoch', '=', claim.epoch)
    .where('done', '=', 0);
  const row = await lockRows(trx, query).executeTakeFirst();
  if (row === undefined) return false;
  const { now, day } = options;
  const unwanted = await whyUnwanted(trx, claim, options);
  if (unwanted !== undefined) {
    const state = row.uncertainTimes > 0 ? 'uncertain' : 'suppressed';
    await endMail(trx, { ...claim, signupId: row.signupId }, { ...unwanted, state, now, day });
    return false;
  }
  await trx
    .updateTable('mails')
    .set({ state: 'in-flight', due_at: now + options.leaseMs, changed_at: now })
    .where('id', '=', claim.mailId)
    .execute();
  return true;
}

async function whyUnwanted(
  trx: Kysely<Schema>,
  claim: MailClaim,
  options: SuppressionOptions,
): Promise<SignupEnding | undefined> {
  const subscriber = await trx
    .selectFrom('subscribers')
    .select('canonical')
    .where('id', '=', claim.subscriberId)
    .executeTakeFirst();
  if (subscriber === undefined) return { outcome: 'subscription-failed', reason: 'erased' };
  const { canonical } = subscriber;
  const suppressed = await createSuppressions(trx, options).has([canonical]);
  const subscription = await trx
    .selectFrom('subscriptions')
    .select('state')
    .where('publication_id', '=', claim.publicationId)
    .where('subscriber_id', '=', claim.subscriberId)
    .executeTakeFirst();
  return suppressed.has(canonical)
    ? { outcome: 'subscription-failed', reason: 'suppressed' }
    : unwantedAs(claim.kind, subscription?.state);
}

/** A confirmation mail needs a pending subscription, a welcome an active one, a manage link none. */
function unwantedAs(kind: MailKind, state: SubscriptionState | undefined): SignupEnding | undefined {
  if (state === 'suppressed') return { outcome: 'subscription-failed', reason: 'suppressed' };
  if (kind === 'confirm' && state === 'active') return { outcome: 'thank-you', reason: 'already-subscribed' };
  if (kind === 'welcome' && state !== 'active')
    return { outcome: 'subscription-failed', reason: state ?? 'unsubscribed' };
  return undefined;
}
