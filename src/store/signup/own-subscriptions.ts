import type { Kysely, Transaction } from 'kysely';

import { lockRows } from '../database/dialect.ts';
import type { Schema } from '../database/schema.ts';
import { inTransaction } from '../database/transaction.ts';
import { readPersonalData } from '../subscribers/personal-data.ts';
import { readProfile } from '../subscribers/profile.ts';
import { createSuppressions, lockSuppressions } from '../subscribers/suppressions.ts';
import type { SuppressionOptions } from '../subscribers/suppressions.ts';
import { insertMail } from './mail-rows.ts';

interface Subject {
  readonly publicationId: number;
  readonly subscriberId: number;
}

interface ConfirmOptions {
  readonly issuedAt: number;
  readonly now: number;
}

interface UndoOptions extends ConfirmOptions {
  readonly withinMs: number;
}

/** Satisfies the port `Readers` of `src/app/ports/signup.ts`. */
export function createOwnSubscriptions(db: Kysely<Schema>, { keys }: SuppressionOptions) {
  return {
    profile: (subscriberId: number) => readProfile(db, subscriberId),
    confirm: (subject: Subject, options: ConfirmOptions) =>
      inTransaction(db, (trx) => confirm(trx, subject, { ...options, keys })),
    unsubscribe: (subject: Subject, options: { readonly now: number }) =>
      inTransaction(db, (trx) => unsubscribe(trx, subject, options)),
    undo: (subject: Subject, options: UndoOptions) =>
      inTransaction(db, (trx) => undo(trx, subject, { ...options, keys })),
    async saveProfile(
      subscriberId: number,
      profile: { readonly name: string; readonly timeZone: string | null },
    ): Promise<void> {
      await db
        .updateTable('subscribers')
        .set({ name: profile.name, time_zone: profile.timeZone })
        .where('id', '=', subscriberId)
        .execute();
    },
    async pause(subscriberId: number, { until }: { readonly until: number }): Promise<void> {
      await db
        .updateTable('subscriptions')
        .set({ paused_until: until })
        .where('subscriber_id', '=', subscriberId)
        .execute();
    },
    personalData: (subscriberId: number) => readPersonalData(db, subscriberId),
  };
}

async function confirm(
  trx: Transaction<Schema>,
  subject: Subject,
  options: ConfirmOptions & SuppressionOptions,
): Promise<
  | { readonly kind: 'confirmed'; readonly mailId: number }
  | { readonly kind: 'already-active' }
  | { readonly kind: 'refused' }
> {
  const { issuedAt, now } = options;
  await lockSuppressions(trx, 'together');
  const subscription = await holdSubscription(trx, subject);
  if (subscription?.state === 'active') return { kind: 'already-active' };
  const mayConfirm =
    subscription?.state === 'pending' ||
    (subscription?.state === 'unsubscribed' && wasMadeSince(issuedAt, subscription.changedAt));
  if (!mayConfirm || (await isSuppressed(trx, subject, options))) return { kind: 'refused' };
  await setState(trx, subject, { state: 'active', now });
  return { kind: 'confirmed', mailId: await insertMail(trx, { kind: 'welcome', ...subject, now }) };
}

async function unsubscribe(
  trx: Transaction<Schema>,
  subject: Subject,
  { now }: { readonly now: number },
): Promise<{ readonly changedAt: number; readonly changed: boolean } | undefined> {
  const subscription = await holdSubscription(trx, subject);
  if (subscription === undefined || subscription.state === 'suppressed') return undefined;
  if (subscription.state === 'unsubscribed') return { changedAt: subscription.changedAt, changed: false };
  await setState(trx, subject, { state: 'unsubscribed', now });
  return { changedAt: now, changed: true };
}

async function undo(
  trx: Transaction<Schema>,
  subject: Subject,
  options: UndoOptions & SuppressionOptions,
): Promise<boolean> {
  const { issuedAt, now, withinMs } = options;
  await lockSuppressions(trx, 'together');
  const subscription = await holdSubscription(trx, subject);
  if (subscription?.state !== 'unsubscribed') return false;
  const { changedAt } = subscription;
  if (now - changedAt > withinMs || !wasMadeSince(issuedAt, changedAt)) return false;
  if (await isSuppressed(trx, subject, options)) return false;
  await setState(trx, subject, { state: 'active', now });
  return true;
}

/** Links know their time in whole seconds: one of the same second counts as made after the change. */
function wasMadeSince(issuedAt: number, changedAt: number): boolean {
  return issuedAt >= Math.floor(changedAt / 1_000) * 1_000;
}

async function holdSubscription(trx: Transaction<Schema>, subject: Subject) {
  const query = trx
    .selectFrom('subscriptions')
    .select(['state', 'changed_at as changedAt'])
    .where('publication_id', '=', subject.publicationId)
    .where('subscriber_id', '=', subject.subscriberId);
  return lockRows(trx, query).executeTakeFirst();
}

async function isSuppressed(
  trx: Transaction<Schema>,
  subject: Subject,
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
  subject: Subject,
  change: { readonly state: 'active' | 'unsubscribed'; readonly now: number },
): Promise<void> {
  await trx
    .updateTable('subscriptions')
    .set({ state: change.state, changed_at: change.now })
    .where('publication_id', '=', subject.publicationId)
    .where('subscriber_id', '=', subject.subscriberId)
    .execute();
}
