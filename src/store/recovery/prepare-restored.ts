import type { Kysely, Transaction } from 'kysely';

import type { Recovery } from '../../app/ports/recovery.ts';
import type { JournalEntry } from '../../domain/journal.ts';
import type { SuppressionKey } from '../../secrets/suppression-keys.ts';
import { isAmong } from '../database/dialect.ts';
import type { Schema } from '../database/schema.ts';
import { slices } from '../database/slices.ts';
import { inTransaction } from '../database/transaction.ts';
import { eraseSubscriber } from '../subscribers/erase-subscriber.ts';
import { restoreSubscriptions } from '../subscribers/operator-changes.ts';
import { suppressSubscribers } from '../subscribers/suppressions.ts';
import { readAddedSince, readSummary } from './database-summary.ts';
import { endOpenMail } from './end-open-mail.ts';
import { holdPublished, holdUnfinished } from './hold-editions.ts';
import { advanceMark, readMark } from './marks.ts';
import { readChanges } from './read-changes.ts';
import { withdrawPages } from './withdraw-pages.ts';
import type { PageEntry } from './withdraw-pages.ts';

interface Options {
  readonly keys: readonly SuppressionKey[];
}

export function createRecovery(db: Kysely<Schema>, { keys }: Options): Recovery {
  return {
    changes: (since) => readChanges(db, { since, keys }),
    summary: () => readSummary(db),
    addedSince: (extent) => readAddedSince(db, extent),
    prepareRestored: (options) => inTransaction(db, (trx) => prepareRestored(trx, { ...options, keys })),
  };
}

type PrepareOptions = Options & Parameters<Recovery['prepareRestored']>[0];

const pageSize = 10_000;

async function prepareRestored(
  trx: Transaction<Schema>,
  options: PrepareOptions,
): ReturnType<Recovery['prepareRestored']> {
  const { now, actor } = options;
  const backup = await readMark(trx);
  const changes = await readJournal(options.journal);
  // Those of the time of the backup.
  await trx.deleteFrom('worker_heartbeats').execute();
  const onHold = await holdUnfinished(trx, { now, actor });
  const publishedSince = await holdPublished(trx, changes.published, { now, actor });
  const pages = await withdrawPages(trx, changes.pages, { now, actor });
  const mailsEnded = await endOpenMail(trx, now);
  const unsuppressed = await revertSuppressions(trx, changes);
  const applied = await applyToSubscribers(trx, changes, options);
  await addUnknownSuppressions(trx, changes);
  const databaseId = backup?.databaseId;
  const remembered = databaseId === undefined ? 0 : await options.remembered(databaseId);
  const mark = await advanceMark(trx, Math.max(now, remembered + 1));
  return { ...applied, ...pages, onHold, publishedSince, mailsEnded, unsuppressed, mark };
}

interface Changes {
  /** The newest entry of each address, and of each address and publication. */
  readonly suppressions: Map<string, JournalEntry & { readonly event: 'suppressed' | 'unsuppressed' }>;
  readonly subscriptions: Map<string, JournalEntry & { readonly event: 'unsubscribed' | 'active' }>;
  readonly published: Map<string, JournalEntry & { readonly event: 'published' }>;
  /** The newest change of each page. */
  readonly pages: Map<string, PageEntry>;
}

async function readJournal(journal: AsyncIterable<JournalEntry>): Promise<Changes> {
  const changes: Changes = {
    suppressions: new Map(),
    subscriptions: new Map(),
    published: new Map(),
    pages: new Map(),
  };
  for await (const entry of journal) {
    const { event } = entry;
    if (event === 'published') changes.published.set(`${entry.publication}/${entry.date}`, entry);
    else if (event === 'withdrawn' || event === 'corrected') {
      keepNewest(changes.pages, `${entry.publication}/${entry.date}`, entry);
    } else if ('reason' in entry) {
      keepNewest(changes.suppressions, entry.address, entry);
    } else keepNewest(changes.subscriptions, `${entry.publication}/${entry.address}`, entry);
  }
  return changes;
}

function keepNewest<T extends { readonly at: number }>(map: Map<string, T>, key: string, entry: T): void {
  if (entry.at >= (map.get(key)?.at ?? 0)) map.set(key, entry);
}

async function revertSuppressions(trx: Transaction<Schema>, { suppressions }: Changes): Promise<number> {
  let reverted = 0;
  const entries = [...suppressions.values()].filter(({ event }) => event === 'unsuppressed');
  for (const slice of slices(entries)) {
    const at = new Map(slice.map((entry) => [entry.address, entry.at]));
    const rows = await trx
      .selectFrom('suppressions')
      .select(['address_hash', 'created_at', 'reason'])
      .where(isAmong(trx, 'address_hash', [...at.keys()]))
      .execute();
    const stale = rows.filter(
      (row) => row.reason !== 'erased' && row.created_at <= (at.get(row.address_hash) ?? 0),
    );
    if (stale.length === 0) continue;
    await trx
      .deleteFrom('suppressions')
      .where(
        isAmong(
          trx,
          'address_hash',
          stale.map((row) => row.address_hash),
        ),
      )
      .execute();
    reverted += stale.length;
  }
  return reverted;
}

/** Reads every subscriber once: only so can hashes be recognised. */
async function applyToSubscribers(
  trx: Transaction<Schema>,
  changes: Changes,
  { keys, now }: PrepareOptions,
): Promise<{ readonly unsubscribed: number; readonly suppressed: number; readonly erased: number }> {
  const counts = { unsubscribed: 0, suppressed: 0, erased: 0 };
  if (changes.suppressions.size + changes.subscriptions.size === 0) return counts;
  const slugs = await trx.selectFrom('publications').select(['id', 'slug']).execute();
  for (let after = 0; ;) {
    const page = await trx
      .selectFrom('subscribers')
      .select(['id', 'canonical'])
      .where('id', '>', after)
      .orderBy('id')
      .limit(pageSize)
      .execute();
    const suppressed: number[] = [];
    const reverted: number[] = [];
    for (const { id, canonical } of page) {
      const hashes = keys.map((key) => key.hash(canonical));
      const suppression = newest(hashes.map((hash) => changes.suppressions.get(hash)));
      if (suppression?.event === 'suppressed') {
        if (suppression.reason === 'erased') {
          await eraseSubscriber(trx, canonical, { keys, now });
          counts.erased += 1;
          continue;
        }
        suppressed.push(id);
      } else if (suppression !== undefined) reverted.push(id);
      for (const { id: publicationId, slug } of slugs) {
        const entry = newest(hashes.map((hash) => changes.subscriptions.get(`${slug}/${hash}`)));
        for (const hash of hashes) changes.subscriptions.delete(`${slug}/${hash}`);
        if (entry?.event !== 'unsubscribed') continue;
        counts.unsubscribed += await unsubscribe(trx, { publicationId, subscriberId: id, at: entry.at });
      }
    }
    counts.suppressed += await countUnsuppressed(trx, suppressed);
    await suppressSubscribers(trx, suppressed, now);
    await restoreSubscriptions(trx, reverted, now);
    const end = page.at(-1);
    if (end === undefined || page.length < pageSize) return counts;
    after = end.id;
  }
}

function newest<T extends { readonly at: number }>(entries: readonly (T | undefined)[]): T | undefined {
  return entries.reduce((best, entry) => ((entry?.at ?? 0) > (best?.at ?? 0) ? entry : best), undefined);
}

/** A subscription that changed after the entry is left as it is; one that is missing is added as left. */
async function unsubscribe(
  trx: Transaction<Schema>,
  entry: { readonly publicationId: number; readonly subscriberId: number; readonly at: number },
): Promise<number> {
  const { numUpdatedRows } = await trx
    .updateTable('subscriptions')
    .set({ state: 'unsubscribed', changed_at: entry.at })
    .where('publication_id', '=', entry.publicationId)
    .where('subscriber_id', '=', entry.subscriberId)
    .where('state', 'in', ['active', 'pending'])
    .where('changed_at', '<=', entry.at)
    .executeTakeFirst();
  const { publicationId, subscriberId, at } = entry;
  const left = { state: 'unsubscribed', source: 'restored', created_at: at, changed_at: at } as const;
  await trx
    .insertInto('subscriptions')
    .values({ publication_id: publicationId, subscriber_id: subscriberId, ...left })
    .onConflict((conflict) => conflict.columns(['publication_id', 'subscriber_id']).doNothing())
    .execute();
  return Number(numUpdatedRows);
}

async function countUnsuppressed(
  trx: Transaction<Schema>,
  subscriberIds: readonly number[],
): Promise<number> {
  let count = 0;
  for (const ids of slices(subscriberIds)) {
    const rows = await trx
      .selectFrom('subscriptions')
      .select('subscriber_id')
      .distinct()
      .where('subscriber_id', 'in', ids)
      .where('state', '<>', 'suppressed')
      .execute();
    count += rows.length;
  }
  return count;
}

/**
 * Also of addresses that the backup does not contain: no later import may activate them. Who left a publication is
 * suppressed for all of them, because without the address there is no subscription that could say so.
 */
async function addUnknownSuppressions(trx: Transaction<Schema>, changes: Changes): Promise<void> {
  const left = [...changes.subscriptions.values()].filter(({ event }) => event === 'unsubscribed');
  const entries = [
    ...[...changes.suppressions.values()].filter(({ event }) => event === 'suppressed'),
    ...new Map(left.map((entry) => [entry.address, { ...entry, reason: 'unsubscribed' }])).values(),
  ];
  for (const slice of slices(entries)) {
    await trx
      .insertInto('suppressions')
      .values(
        slice.map(({ address, key, reason, at }) => ({
          address_hash: address,
          key_id: key,
          reason,
          created_at: at,
        })),
      )
      .onConflict((conflict) => conflict.column('address_hash').doNothing())
      .execute();
  }
}
