import type { Kysely, Transaction } from 'kysely';

import type { SubscriptionKey } from '../../app/ports/links.ts';
import type { OwnSubscriptions } from '../../app/ports/signup.ts';
import type { EventTypeName } from '../../domain/events/event-types.ts';
import { lockSubscription, lockSuppressions } from '../database/locks.ts';
import type { Schema } from '../database/schema.ts';
import { inTransaction } from '../database/transaction.ts';
import { addSubscriptionEvents } from '../events/add-events.ts';
import { readPersonalData } from '../subscribers/personal-data.ts';
import { readProfile } from '../subscribers/profile.ts';
import { createSuppressions } from '../subscribers/suppressions.ts';
import type { SuppressionOptions } from '../subscribers/suppressions.ts';
import { insertMail } from './mail-rows.ts';

interface ConfirmOptions {
  readonly issuedAt: number;
  readonly now: number;
}

interface UndoOptions extends ConfirmOptions {
  readonly withinMs: number;
}

export function createOwnSubscriptions(db: Kysely<Schema>, { keys }: SuppressionOptions): OwnSubscriptions {
  return {
    profile: (subscriberId) => readProfile(db, subscriberId),
    confirm: (subject, options) => inTransaction(db, (trx) => confirm(trx, subject, { ...options, keys })),
    unsubscribe: (subject, options) => inTransaction(db, (trx) => unsubscribe(trx, subject, options)),
    undo: (subject, options) => inTransaction(db, (trx) => undo(trx, subject, { ...options, keys })),
    async saveProfile(subscriberId, { name, timeZone }) {
      await db
        .updateTable('subscribers')
        .set({ name, time_zone: timeZone })
        .where('id', '=', subscriberId)
        .execute();
    },
    async pause(subscriberId, { until }) {
      await db
        .updateTable('subscriptions')
        .set({ paused_until: until })
        .where('subscriber_id', '=', subscriberId)
        .execute();
    },
    personalData: (subscriberId) => readPersonalData(db, subscriberId),
  };
}

async function confirm(
  trx: Transaction<Schema>,
  subject: SubscriptionKey,
  options: ConfirmOptions & SuppressionOptions,
): ReturnType<OwnSubscriptions['confirm']> {
  const { issuedAt, now } = options;
  await lockSuppressions(trx, 'together');
  const subscription = await lockSubscription(trx, subject);
  if (subscription?.state === 'active') return { kind: 'already-active' };
  const mayConfirm =
    subscription?.state === 'pending' ||
    (subscription?.state === 'unsubscribed' && wasMadeSince(issuedAt, subscription.changedAt));
  if (!mayConfirm || (await isSuppressed(trx, subject, options))) return { kind: 'refused' };
  await setState(trx, subject, { state: 'active', now, type: 'subscription.confirmed' });
  return { kind: 'confirmed', mailId: await insertMail(trx, { kind: 'welcome', ...subject, now }) };
}

/** Returns undefined if there is no such subscription, or it is suppressed. */
export async function unsubscribe(
  trx: Transaction<Schema>,
  subject: SubscriptionKey,
  { now }: { readonly now: number },
): Promise<{ readonly changedAt: number; readonly changed: boolean } | undefined> {
  const subscription = await lockSubscription(trx, subject);
  if (subscription === undefined || subscription.state === 'suppressed') return undefined;
  if (subscription.state === 'unsubscribed') return { changedAt: subscription.changedAt, changed: false };
  await setState(trx, subject, { state: 'unsubscribed', now, type: 'subscription.unsubscribed' });
  return { changedAt: now, changed: true };
}

async function undo(
  trx: Transaction<Schema>,
  subject: SubscriptionKey,
  options: UndoOptions & SuppressionOptions,
): Promise<boolean> {
  const { issuedAt, now, withinMs } = options;
  await lockSuppressions(trx, 'together');
  const subscription = await lockSubscription(trx, subject);
  if (subscription?.state !== 'unsubscribed') return false;
  const { changedAt } = subscription;
  if (now - changedAt > withinMs || !wasMadeSince(issuedAt, changedAt)) return false;
  if (await isSuppressed(trx, subject, options)) return false;
  await setState(trx, subject, { state: 'active', now, type: 'subscription.resubscribed' });
  return true;
}

/** The time in a link has whole seconds: a link of the same second counts as made after the change. */
function wasMadeSince(issuedAt: number, changedAt: number): boolean {
  return issuedAt >= Math.floor(changedAt / 1_000) * 1_000;
}

async function isSuppressed(
  trx: Transaction<Schema>,
  subject: SubscriptionKey,
  options: SuppressionOptions,
): Promise<boolean> {
  const { canonical } = await trx
    .selectFrom('subscribers')
    .select('canonical')
    .where('id', '=', subject.subscriberId)
    .executeTakeFirstOrThrow();
  return (await createSuppressions(trx, options).has([canonical])).has(canonical);
}

async function setState(
  trx: Transaction<Schema>,
  subject: SubscriptionKey,
  {
    state,
    now,
    type,
  }: {
    readonly state: 'active' | 'unsubscribed';
    readonly now: number;
    readonly type: EventTypeName;
  },
): Promise<void> {
  await trx
    .updateTable('subscriptions')
    .set({ state, changed_at: now })
    .where('publication_id', '=', subject.publicationId)
    .where('subscriber_id', '=', subject.subscriberId)
    .execute();
  await addSubscriptionEvents(trx, [{ ...subject, state }], { type, now });
}
