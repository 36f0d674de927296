import type { Kysely, Transaction } from 'kysely';

import { lockSubscriber } from '../database/locks.ts';
import type { Schema } from '../database/schema.ts';
import { addSubscriptionEvents } from '../events/add-events.ts';
import { endSignup } from '../outcomes/count-outcomes.ts';
import { createSuppressions } from './suppressions.ts';
import type { SuppressionOptions } from './suppressions.ts';

/**
 * Erases a subscriber and their open signups, within the transaction `trx`, and keeps a keyed hash. The rows
 * of ledger, signups and mails stay, without anything that identifies the subscriber, because the counts
 * must still add up. A waiting mail ends when a worker claims it and finds no subscriber.
 *
 * It writes in lock order, see `locks.ts`.
 *
 * @returns true if there was such a subscriber
 */
export async function eraseSubscriber(
  trx: Transaction<Schema>,
  canonical: string,
  options: SuppressionOptions & { readonly now: number },
): Promise<boolean> {
  await createSuppressions(trx, options).add(canonical, { reason: 'erased', now: options.now });
  await endOpenSignups(trx, canonical, options.now);
  const id = await lockSubscriber(trx, { canonical }, 'delete');
  if (id === undefined) return false;
  const erased = await trx
    .deleteFrom('subscriptions')
    .where('subscriber_id', '=', id)
    .returning('publication_id as publicationId')
    .execute();
  await addSubscriptionEvents(
    trx,
    erased.map(({ publicationId }) => ({ publicationId, subscriberId: id, state: 'erased' })),
    { type: 'subscription.erased', now: options.now },
  );
  // Includes rows without a reply: a reply that arrives meanwhile waits for this transaction and then finds no subscriber.
  await trx.updateTable('mails').set({ reply_text: null }).where('subscriber_id', '=', id).execute();
  await trx.updateTable('signups').set({ subscriber_id: null }).where('subscriber_id', '=', id).execute();
  await trx.updateTable('deliveries').set({ reply_text: null }).where('subscriber_id', '=', id).execute();
  await trx.updateTable('feedback').set({ reply_text: null }).where('subscriber_id', '=', id).execute();
  await trx.deleteFrom('kept_messages').where('subscriber_id', '=', id).execute();
  await trx.deleteFrom('kept_messages').where('recipient', '=', canonical).execute();
  await trx.deleteFrom('subscribers').where('id', '=', id).execute();
  return true;
}

/** Ends signups that no worker has decided yet, found by the index `signups_open_by_canonical`. */
async function endOpenSignups(trx: Kysely<Schema>, canonical: string, now: number): Promise<void> {
  const open = await trx
    .selectFrom('signups')
    .select('id')
    .where('canonical', '=', canonical)
    // A literal: otherwise SQLite does not use the partial index.
    .where((eb) => eb('done', '=', eb.lit(0)))
    .orderBy('id')
    .execute();
  // UTC, because the publications' zones are not known here; a signup is open for seconds only.
  const day = new Date(now).toISOString().slice(0, 10);
  for (const { id } of open) {
    await endSignup(trx, id, { outcome: 'subscription-failed', reason: 'erased', now, day });
  }
}
