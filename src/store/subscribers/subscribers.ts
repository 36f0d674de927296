import type { Kysely, Transaction } from 'kysely';

import type { SubscriptionKey } from '../../app/ports/links.ts';
import type { Subscribers } from '../../app/ports/subscribers.ts';
import type {
  AddOutcome,
  ListedSubscriber,
  NewSubscriber,
  Subscriber,
  Subscription,
  SubscriptionState,
} from '../../domain/subscribers/subscriber.ts';
import { truncateLog } from '../database/dialect.ts';
import { lockSubscription, lockSuppressions } from '../database/locks.ts';
import type { Schema } from '../database/schema.ts';
import { inTransaction } from '../database/transaction.ts';
import { addImportEvent, addSubscriptionEvents } from '../events/add-events.ts';
import { eraseSubscriber } from './erase-subscriber.ts';
import { mergeSubscribers } from './merge-subscribers.ts';
import { addAudit } from './operator-changes.ts';
import type { SuppressionOptions } from './suppressions.ts';

/** Smaller groups are merged on the connection of `db`: starting a thread takes longer. */
const minInThread = 1_000;

/** @param options.mergeThread opens the database as a thread does that merges large groups; absent on PostgreSQL */
export function createSubscribers(
  db: Kysely<Schema>,
  {
    keys,
    mergeThread,
  }: SuppressionOptions & { readonly mergeThread?: (() => Promise<Kysely<Schema>>) | undefined },
): Subscribers {
  return {
    async mergeMany(subscribers, options) {
      const settings = { ...options, keys };
      const isLarge = subscribers.length >= minInThread;
      const writer = isLarge && mergeThread !== undefined ? await mergeThread() : db;
      if (options.dryRun) return mergeSubscribers(writer, subscribers, settings);
      return inTransaction(writer, async (trx) => {
        await lockSuppressions(trx, 'alone');
        const outcomes = await mergeSubscribers(trx, subscribers, settings);
        await addImportEvent(trx, outcomes, settings);
        return outcomes;
      });
    },
    addOne: (subscriber, options) =>
      inTransaction(db, (trx) => addOne(trx, subscriber, { ...options, keys })),
    findByCanonical: (canonical) => findByCanonical(db, canonical),
    page: (options) => page(db, options),
    async audience(publicationId) {
      const { active } = await counts(db, publicationId);
      return { active, isReachable: active > 0 && (await isAnyReachable(db, publicationId)) };
    },
    counts: (publicationId) => counts(db, publicationId),
    setState: (subscription, change) =>
      inTransaction(db, (trx) => setState(trx, subscription, { ...change, keys })),
    async erase(canonical, { now }) {
      const erased = await inTransaction(db, (trx) => eraseSubscriber(trx, canonical, { keys, now }));
      await truncateLog(db);
      return erased;
    },
  };
}

async function addOne(
  trx: Transaction<Schema>,
  subscriber: NewSubscriber,
  options: Parameters<Subscribers['addOne']>[1] & SuppressionOptions,
): Promise<AddOutcome> {
  const { publicationId, now } = options;
  await lockSuppressions(trx, 'together');
  const before = await stateOf(trx, subscriber.canonical, publicationId);
  // An active candidate makes no state stricter.
  const [outcome = 'unchanged'] = (await mergeSubscribers(trx, [{ ...subscriber, state: 'active' }], {
    ...options,
    dryRun: false,
  })) as readonly AddOutcome[];
  if (outcome === 'suppressed' || (outcome === 'unsubscribed' && !options.resubscribe)) return outcome;
  const known = await findByCanonical(trx, subscriber.canonical);
  if (known === undefined) return outcome;
  const { id, name } = known.subscriber;
  if (before === undefined || before === 'pending') {
    const added = { publicationId, subscriberId: id, state: 'active' };
    await addSubscriptionEvents(trx, [added], { type: 'subscription.added', now });
  }
  let changed = false;
  if (subscriber.name !== '' && subscriber.name !== name) {
    await trx.updateTable('subscribers').set({ name: subscriber.name }).where('id', '=', id).execute();
    changed = true;
  }
  if (outcome === 'unsubscribed') {
    await setState(trx, { publicationId, subscriberId: id }, { state: 'active', now, keys: options.keys });
    changed = true;
  }
  return changed ? 'updated' : outcome;
}

async function stateOf(
  trx: Transaction<Schema>,
  canonical: string,
  publicationId: number,
): Promise<SubscriptionState | undefined> {
  const known = await findByCanonical(trx, canonical);
  if (known === undefined) return undefined;
  return (await lockSubscription(trx, { publicationId, subscriberId: known.subscriber.id }))?.state;
}

async function findByCanonical(
  db: Kysely<Schema>,
  canonical: string,
): Promise<{ readonly subscriber: Subscriber; readonly subscriptions: readonly Subscription[] } | undefined> {
  const subscriber = await db
    .selectFrom('subscribers')
    .select(subscriberColumns)
    .where('canonical', '=', canonical)
    .executeTakeFirst();
  if (subscriber === undefined) return undefined;
  return { subscriber, subscriptions: await readSubscriptions(db, subscriber.id) };
}

/** Reads a subscriber's subscription in each publication, by slug. */
export async function readSubscriptions(
  db: Kysely<Schema>,
  subscriberId: number,
): Promise<readonly Subscription[]> {
  return db
    .selectFrom('subscriptions')
    .innerJoin('publications', 'publications.id', 'subscriptions.publication_id')
    .select([
      'publications.slug as publication',
      'subscriptions.state',
      'subscriptions.source',
      'subscriptions.created_at as createdAt',
      'subscriptions.changed_at as changedAt',
      'subscriptions.paused_until as pausedUntil',
    ])
    .where('subscriptions.subscriber_id', '=', subscriberId)
    .orderBy('publications.slug')
    .execute();
}

const subscriberColumns = [
  'subscribers.id',
  'subscribers.address',
  'subscribers.canonical',
  'subscribers.name',
  'subscribers.time_zone as timeZone',
  'subscribers.created_at as createdAt',
] as const;

async function page(
  db: Kysely<Schema>,
  options: Parameters<Subscribers['page']>[0],
): Promise<readonly ListedSubscriber[]> {
  const { state } = options;
  return (
    db
      .selectFrom('subscriptions')
      .innerJoin('subscribers', 'subscribers.id', 'subscriptions.subscriber_id')
      .select(subscriberColumns)
      .select('subscriptions.state')
      .where('subscriptions.publication_id', '=', options.publicationId)
      .where('subscriptions.subscriber_id', '>', options.afterId)
      // On both tables: otherwise PostgreSQL merges from the first subscriber on for every page.
      .where('subscribers.id', '>', options.afterId)
      .$if(state !== undefined, (query) => query.where('subscriptions.state', '=', state ?? 'active'))
      .orderBy('subscriptions.subscriber_id')
      .limit(options.limit)
      .execute()
  );
}

/** Domains for documentation and tests, which have no mailboxes: RFC 2606 sections 2 and 3, RFC 6761. */
const reservedDomains = [
  '%@example.com',
  '%@example.net',
  '%@example.org',
  '%.example.com',
  '%.example.net',
  '%.example.org',
  '%.example',
  '%.test',
  '%.invalid',
  '%.localhost',
];

/** Ends with the first such subscriber. */
async function isAnyReachable(db: Kysely<Schema>, publicationId: number): Promise<boolean> {
  const found = await db
    .selectFrom('subscriptions')
    .innerJoin('subscribers', 'subscribers.id', 'subscriptions.subscriber_id')
    .select('subscribers.id')
    .where('subscriptions.publication_id', '=', publicationId)
    .where('subscriptions.state', '=', 'active')
    .where((eb) =>
      eb.not(eb.or(reservedDomains.map((pattern) => eb('subscribers.canonical', 'like', pattern)))),
    )
    .limit(1)
    .executeTakeFirst();
  return found !== undefined;
}

async function counts(
  db: Kysely<Schema>,
  publicationId: number,
): Promise<Readonly<Record<SubscriptionState, number>>> {
  const rows = await db
    .selectFrom('subscription_counts')
    .select(['state', (eb) => eb.fn.sum('subscribers').as('count')])
    .where('publication_id', '=', publicationId)
    .groupBy('state')
    .execute();
  const found = { pending: 0, active: 0, unsubscribed: 0, suppressed: 0 };
  for (const row of rows) found[row.state] = Number(row.count);
  return found;
}

async function setState(
  trx: Transaction<Schema>,
  subscription: SubscriptionKey,
  change: Parameters<Subscribers['setState']>[1] & SuppressionOptions,
): Promise<SubscriptionState | undefined> {
  const row = await lockSubscription(trx, subscription);
  if (row === undefined || row.state === change.state || row.state === 'suppressed') return row?.state;
  await trx
    .updateTable('subscriptions')
    .set({ state: change.state, changed_at: change.now })
    .where('publication_id', '=', subscription.publicationId)
    .where('subscriber_id', '=', subscription.subscriberId)
    .execute();
  const { audit, keys, state, now } = change;
  const type = state === 'active' ? 'subscription.added' : 'subscription.unsubscribed';
  await addSubscriptionEvents(trx, [{ ...subscription, state }], { type, now });
  if (audit !== undefined) {
    const { publicationId } = subscription;
    const canonicals = [audit.canonical];
    await addAudit(trx, { action: change.state, canonicals, publicationId }, { ...audit, keys });
  }
  return row.state;
}
