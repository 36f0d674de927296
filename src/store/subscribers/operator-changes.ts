import { sql } from 'kysely';
import type { Kysely, Transaction } from 'kysely';

import type { Audit, OperatorChanges } from '../../app/ports/subscribers.ts';
import { isAmong } from '../database/dialect.ts';
import { lockSuppressions } from '../database/locks.ts';
import type { Schema } from '../database/schema.ts';
import { slices } from '../database/slices.ts';
import { inTransaction } from '../database/transaction.ts';
import { addSubscriptionEvents } from '../events/add-events.ts';
import type { ChangedSubscription } from '../events/add-events.ts';
import { mergeSubscribers } from './merge-subscribers.ts';
import { addSuppressions, createSuppressions, suppressSubscribers } from './suppressions.ts';
import type { SuppressionOptions } from './suppressions.ts';

/** Suppressions that no operator reverts: only a signup of the person, or nothing, may bring them back. */
const lasting = new Set(['erased', 'complaint']);

export function createOperatorChanges(db: Kysely<Schema>, options: SuppressionOptions): OperatorChanges {
  return {
    unsubscribe: (addresses, change) =>
      inTransaction(db, (trx) => unsubscribe(trx, addresses, { ...options, ...change })),
    suppress: (canonicals, audit) =>
      inTransaction(db, (trx) => suppress(trx, canonicals, { ...options, ...audit })),
    unsuppress: (canonicals, audit) =>
      inTransaction(db, (trx) => unsuppress(trx, canonicals, { ...options, ...audit })),
    log: (canonical) => readAuditLog(db, canonical, options),
  };
}

type Options = SuppressionOptions & Audit;

async function unsubscribe(
  trx: Transaction<Schema>,
  addresses: Parameters<OperatorChanges['unsubscribe']>[0],
  options: Options & { readonly publicationId: number },
): ReturnType<OperatorChanges['unsubscribe']> {
  const { publicationId, now, keys } = options;
  await lockSuppressions(trx, 'alone');
  const known = new Set(
    (
      await trx
        .selectFrom('subscribers')
        .innerJoin('subscriptions', 'subscriptions.subscriber_id', 'subscribers.id')
        .select('subscribers.canonical')
        .where('subscriptions.publication_id', '=', publicationId)
        .where(
          isAmong(
            trx,
            'subscribers.canonical',
            addresses.map(({ canonical }) => canonical),
          ),
        )
        .execute()
    ).map(({ canonical }) => canonical),
  );
  const candidates = addresses.map((address) => ({
    ...address,
    name: '',
    timeZone: null,
    state: 'unsubscribed' as const,
  }));
  const merge = { publicationId, source: 'operator', now, dryRun: false, keys };
  const outcomes = await mergeSubscribers(trx, candidates, merge);
  const changed = addresses.filter((_, index) => outcomes[index] === 'unsubscribed-now');
  const canonicals = changed.map(({ canonical }) => canonical);
  await addAudit(trx, { action: 'unsubscribed', canonicals, publicationId }, options);
  const left = (await subscriberIds(trx, canonicals)).map((subscriberId) => ({
    publicationId,
    subscriberId,
    state: 'unsubscribed',
  }));
  await addSubscriptionEvents(trx, left, { type: 'subscription.unsubscribed', now });
  const remembered = canonicals.filter((canonical) => !known.has(canonical)).length;
  return {
    changed: changed.length - remembered,
    remembered,
    unchanged: addresses.length - changed.length,
  };
}

async function suppress(
  trx: Transaction<Schema>,
  canonicals: readonly string[],
  options: Options,
): ReturnType<OperatorChanges['suppress']> {
  const before = await createSuppressions(trx, options).has(canonicals);
  const added = canonicals.filter((canonical) => !before.has(canonical));
  const entries = added.map((canonical) => ({ canonical, reason: 'operator' }));
  await addSuppressions(trx, entries, options);
  const ids = await subscriberIds(trx, added);
  await suppressSubscribers(trx, ids, options.now);
  await addAudit(trx, { action: 'suppressed', canonicals: added }, options);
  return { changed: added.length, unchanged: canonicals.length - added.length };
}

async function unsuppress(
  trx: Transaction<Schema>,
  canonicals: readonly string[],
  options: Options,
): ReturnType<OperatorChanges['unsuppress']> {
  const byHash = new Map(canonicals.flatMap((canonical) => hashesOf(canonical, options)));
  const found = await trx
    .selectFrom('suppressions')
    .select(['address_hash', 'reason'])
    .where(isAmong(trx, 'address_hash', [...byHash.keys()]))
    .execute();
  const refused = found.flatMap(({ address_hash, reason }) =>
    lasting.has(reason) ? [{ canonical: byHash.get(address_hash) ?? '', reason }] : [],
  );
  const reverted = found.filter(({ reason }) => !lasting.has(reason)).map((row) => row.address_hash);
  const changed = [...new Set(reverted.map((hash) => byHash.get(hash) ?? ''))];
  if (changed.length > 0) {
    await trx
      .deleteFrom('suppressions')
      .where(isAmong(trx, 'address_hash', reverted))
      .execute();
    await restoreSubscriptions(trx, await subscriberIds(trx, changed), options.now);
    await addAudit(trx, { action: 'unsuppressed', canonicals: changed }, options);
  }
  return { changed: changed.length, unchanged: canonicals.length - changed.length - refused.length, refused };
}

/** Each subscription returns to its state before the suppression; to `unsubscribed` if that is not known. */
export async function restoreSubscriptions(
  trx: Transaction<Schema>,
  ids: readonly number[],
  now: number,
): Promise<void> {
  const restored: ChangedSubscription[] = [];
  for (const slice of slices(ids)) {
    const rows = await trx
      .updateTable('subscriptions')
      .set({
        state: sql`coalesce(suppressed_from, 'unsubscribed')`,
        suppressed_from: null,
        changed_at: now,
      })
      .where('subscriber_id', 'in', slice)
      .where('state', '=', 'suppressed')
      .returning(['publication_id as publicationId', 'subscriber_id as subscriberId', 'state'])
      .execute();
    restored.push(...rows);
  }
  await addSubscriptionEvents(trx, restored, { type: 'subscription.unsuppressed', now });
}

async function subscriberIds(
  trx: Transaction<Schema>,
  canonicals: readonly string[],
): Promise<readonly number[]> {
  const ids: number[] = [];
  for (const slice of slices(canonicals)) {
    const rows = await trx
      .selectFrom('subscribers')
      .select('id')
      .where(isAmong(trx, 'canonical', slice))
      .orderBy('id')
      .execute();
    ids.push(...rows.map(({ id }) => id));
  }
  return ids;
}

/** Records an operator's change, by the keyed hash of each address; within the transaction of the change. */
export async function addAudit(
  trx: Kysely<Schema>,
  change: {
    readonly action: string;
    readonly canonicals: readonly string[];
    readonly publicationId?: number;
  },
  options: Options,
): Promise<void> {
  const [key] = options.keys;
  if (key === undefined) throw new Error('An audit entry needs a key.');
  const { now: at, actor, origin = '', reason } = options;
  const { action, publicationId = null } = change;
  for (const slice of slices(change.canonicals)) {
    const rows = slice.map((canonical) => ({
      at,
      actor,
      origin,
      action,
      address_hash: key.hash(canonical),
      publication_id: publicationId,
      reason,
    }));
    await trx.insertInto('audit_log').values(rows).execute();
  }
}

async function readAuditLog(
  db: Kysely<Schema>,
  canonical: string,
  options: SuppressionOptions,
): ReturnType<OperatorChanges['log']> {
  const hashes = hashesOf(canonical, options).map(([hash]) => hash);
  return db
    .selectFrom('audit_log')
    .leftJoin('publications', 'publications.id', 'audit_log.publication_id')
    .select(['audit_log.at', 'audit_log.actor', 'audit_log.action', 'audit_log.reason'])
    .select('publications.slug as publication')
    .where(isAmong(db, 'audit_log.address_hash', hashes))
    .orderBy('audit_log.id', 'desc')
    .execute();
}

function hashesOf(canonical: string, { keys }: SuppressionOptions): readonly (readonly [string, string])[] {
  return keys.map((key) => [key.hash(canonical), canonical] as const);
}
