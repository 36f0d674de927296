import type { Kysely, Transaction } from 'kysely';

import { lockRows } from '../database/dialect.ts';
import type { Schema } from '../database/schema.ts';
import { endSignup } from '../outcomes/count-outcomes.ts';
import { createSuppressions } from './suppressions.ts';
import type { SuppressionOptions } from './suppressions.ts';

/**
 * Forgets a person and whatever they have asked for, within the transaction `trx`, and keeps a keyed hash.
 * The rows of ledger, signups and mails stay without anything that names them, because what they count has
 * must still add up. A waiting mail ends when a worker claims it and finds no subscriber.
 *
 * It takes rows in the order in which `admitSignup` and `Mails.settle` do, so that they wait for each other.
 *
 * @returns whether they were known as a subscriber
 */
export async function eraseSubscriber(
  trx: Transaction<Schema>,
  canonical: string,
  options: SuppressionOptions & { readonly now: number },
): Promise<boolean> {
  await createSuppressions(trx, options).add(canonical, { reason: 'erased', now: options.now });
  await endOpenSignups(trx, canonical, options.now);
  const query = trx.selectFrom('subscribers').select('id').where('canonical', '=', canonical);
  const row = await lockRows(trx, query, 'delete').executeTakeFirst();
  if (row === undefined) return false;
  await trx.deleteFrom('subscriptions').where('subscriber_id', '=', row.id).execute();
  // Includes rows without a reply: a reply that arrives meanwhile waits for this transaction and then finds no subscriber.
  await trx.updateTable('mails').set({ reply_text: null }).where('subscriber_id', '=', row.id).execute();
  await trx.updateTable('signups').set({ subscriber_id: null }).where('subscriber_id', '=', row.id).execute();
  await trx.updateTable('deliveries').set({ reply_text: null }).where('subscriber_id', '=', row.id).execute();
  await trx.deleteFrom('subscribers').where('id', '=', row.id).execute();
  return true;
}

/** Attempts that no worker has decided yet, by the index `signups_open_by_canonical`. */
async function endOpenSignups(trx: Kysely<Schema>, canonical: string, now: number): Promise<void> {
  const open = await trx
    .selectFrom('signups')
    .select('id')
    .where('canonical', '=', canonical)
    // As a literal, or the index would not be taken.
    .where((eb) => eb('done', '=', eb.lit(0)))
    .orderBy('id')
    .execute();
  // UTC, because the publications' zones are not known here; a signup is open for seconds only.
  const day = new Date(now).toISOString().slice(0, 10);
  for (const { id } of open) {
    await endSignup(trx, id, { outcome: 'subscription-failed', reason: 'erased', now, day });
  }
}
