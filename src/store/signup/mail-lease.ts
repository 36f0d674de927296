import type { Kysely } from 'kysely';

import type { Mails } from '../../app/ports/mails.ts';
import type { DeliveryState } from '../../domain/sending/delivery.ts';
import type { SignupEnding } from '../../domain/signup/signup.ts';
import type { MailClaim, MailKind } from '../../domain/signup/transactional-mail.ts';
import type { SubscriptionState } from '../../domain/subscribers/subscriber.ts';
import { claimRow } from '../database/leases.ts';
import { lockMail } from '../database/locks.ts';
import type { Schema } from '../database/schema.ts';
import { createSuppressions } from '../subscribers/suppressions.ts';
import type { SuppressionOptions } from '../subscribers/suppressions.ts';
import { endMail } from './mail-rows.ts';

/**
 * Claims the mail under a lease if it is open and due. A mail that expired, whose subscriber was erased, or
 * that was left in flight too often is claimed and ended in the same transaction.
 */
export async function claimMail(
  trx: Kysely<Schema>,
  mailId: number,
  lease: Parameters<Mails['claim']>[1],
): Promise<MailClaim | undefined> {
  const { now } = lease;
  const row = await claimRow(trx, 'mails', mailId, lease);
  if (row === undefined) return undefined;
  const wasInFlight = row.state === 'in-flight';
  if (wasInFlight) {
    // The lease of the worker that had claimed it expired, and its bytes may have been sent.
    await trx
      .updateTable('mails')
      .set({ state: 'uncertain', uncertain_times: row.uncertain_times + 1, changed_at: now })
      .where('id', '=', mailId)
      .execute();
  }
  const uncertainTimes = row.uncertain_times + (wasInFlight ? 1 : 0);
  const subscriber = await trx
    .selectFrom('subscribers')
    .select('address')
    .where('id', '=', row.subscriber_id)
    .executeTakeFirst();
  const end = (state: DeliveryState, reason: string) =>
    endMail(
      trx,
      { mailId, kind: row.kind, signupId: row.signup_id },
      { state, outcome: 'subscription-failed', reason, now, day: lease.dayOf(row.publication_id) },
    );
  const isUncertain = uncertainTimes > 0;
  if (subscriber === undefined) {
    await end(isUncertain ? 'uncertain' : 'suppressed', 'erased');
    return undefined;
  }
  if (uncertainTimes > lease.resendLimit) {
    await end('uncertain', 'uncertain-resends-used');
    return undefined;
  }
  if (now >= row.expires_at) {
    await (isUncertain ? end('uncertain', 'uncertain-expired') : end('failed', 'expired'));
    return undefined;
  }
  return {
    mailId,
    epoch: row.epoch,
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

interface BeginOptions extends SuppressionOptions {
  readonly now: number;
  readonly leaseMs: number;
  readonly day: string;
}

/**
 * Compare and set: marks the mail as in flight before its first byte is sent, if the claim is still valid and
 * the subscriber should still get it. Otherwise the mail ends here.
 */
export async function beginMail(
  trx: Kysely<Schema>,
  claim: MailClaim,
  options: BeginOptions,
): Promise<boolean> {
  const row = await lockMail(trx, claim);
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
