import type { Kysely } from 'kysely';

import type { Suppressions } from '../../app/ports/subscribers.ts';
import type { SuppressionKey } from '../../secrets/suppression-keys.ts';
import { isAmong } from '../database/dialect.ts';
import type { Schema } from '../database/schema.ts';
import { slices } from '../database/slices.ts';
import { addSubscriptionEvents } from '../events/add-events.ts';
import type { ChangedSubscription } from '../events/add-events.ts';

export interface SuppressionOptions {
  /** Newest first: the first one hashes, all of them are tried when looking up. */
  readonly keys: readonly SuppressionKey[];
}

/**
 * Addresses that never get mail again, stored as HMAC-SHA-256 of the canonical address. `db` may be a
 * transaction.
 */
export function createSuppressions(db: Kysely<Schema>, { keys }: SuppressionOptions): Suppressions {
  return {
    add: (canonical, { reason, now }) => addSuppressions(db, [{ canonical, reason }], { keys, now }),
    has: (canonicals) => has(db, canonicals, keys),
    async count() {
      const row = await db
        .selectFrom('suppressions')
        .select((eb) => eb.fn.countAll().as('count'))
        .executeTakeFirstOrThrow();
      return Number(row.count);
    },
    async unknownKeyIds() {
      const rows = await db.selectFrom('suppressions').select('key_id').distinct().execute();
      return rows.map((row) => row.key_id).filter((id) => !keys.some((key) => key.id === id));
    },
  };
}

/** @param subscribers may list one more than once */
export type Suppress = (
  trx: Kysely<Schema>,
  subscribers: readonly { readonly subscriberId: number; readonly reason: string }[],
  now: number,
) => Promise<void>;

/**
 * Suppresses subscribers whose address proved dead, in every publication, within the transaction that
 * records the server's reply.
 */
export function createSuppress(options: SuppressionOptions): Suppress {
  return async (trx, subscribers, now) => {
    const reasons = new Map(subscribers.map(({ subscriberId, reason }) => [subscriberId, reason]));
    for (const ids of slices([...reasons.keys()])) {
      const found = await trx
        .selectFrom('subscribers')
        .select(['id', 'canonical'])
        .where('id', 'in', ids)
        .execute();
      const entries = found.map(({ id, canonical }) => ({ canonical, reason: reasons.get(id) ?? '' }));
      await addSuppressions(trx, entries, { keys: options.keys, now });
      await suppressSubscribers(trx, ids, now);
    }
  };
}

/** Suppresses every subscription of these subscribers, and remembers the state before. */
export async function suppressSubscribers(
  trx: Kysely<Schema>,
  subscriberIds: readonly number[],
  now: number,
): Promise<void> {
  const changed: ChangedSubscription[] = [];
  for (const ids of slices(subscriberIds)) {
    const rows = await trx
      .updateTable('subscriptions')
      .set((eb) => ({ state: 'suppressed', suppressed_from: eb.ref('state'), changed_at: now }))
      .where('subscriber_id', 'in', ids)
      .where('state', '<>', 'suppressed')
      .returning(['publication_id as publicationId', 'subscriber_id as subscriberId', 'state'])
      .execute();
    changed.push(...rows);
  }
  await addSubscriptionEvents(trx, changed, { type: 'subscription.suppressed', now });
}

/** Adds addresses that are not suppressed yet, within the transaction `db`. */
export async function addSuppressions(
  db: Kysely<Schema>,
  entries: readonly { readonly canonical: string; readonly reason: string }[],
  options: SuppressionOptions & { readonly now: number },
): Promise<void> {
  const [newest] = options.keys;
  if (newest === undefined) throw new Error('Suppressing an address needs a key.');
  if (entries.length === 0) return;
  const known = await has(
    db,
    entries.map((entry) => entry.canonical),
    options.keys,
  );
  const values = entries
    .filter((entry) => !known.has(entry.canonical))
    .map((entry) => ({
      address_hash: newest.hash(entry.canonical),
      key_id: newest.id,
      reason: entry.reason,
      created_at: options.now,
    }));
  if (values.length === 0) return;
  await db
    .insertInto('suppressions')
    .values(values)
    .onConflict((conflict) => conflict.column('address_hash').doNothing())
    .execute();
}

async function has(
  db: Kysely<Schema>,
  canonicals: readonly string[],
  keys: readonly SuppressionKey[],
): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  // A database without suppressions needs no hashes: that saves a million of them in a first import.
  const any = await db.selectFrom('suppressions').select('key_id').limit(1).executeTakeFirst();
  if (any === undefined) return found;
  for (const slice of slices(canonicals)) {
    const byHash = new Map(
      slice.flatMap((canonical) => keys.map((key) => [key.hash(canonical), canonical] as const)),
    );
    const rows = await db
      .selectFrom('suppressions')
      .select('address_hash')
      .where(isAmong(db, 'address_hash', [...byHash.keys()]))
      .execute();
    for (const row of rows) found.add(byHash.get(row.address_hash) ?? '');
  }
  return found;
}
