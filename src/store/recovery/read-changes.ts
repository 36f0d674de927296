import { sql } from 'kysely';
import type { Kysely } from 'kysely';

import type { JournalEntry } from '../../domain/journal.ts';
import type { SuppressionKey } from '../../secrets/suppression-keys.ts';
import type { Schema } from '../database/schema.ts';

const pageSize = 10_000;

/** Events of editions that are read back. */
const newestEvents = 1_000;

/** Who left, was suppressed or came back since a moment, and which editions were published, withdrawn or corrected. */
export async function* readChanges(
  db: Kysely<Schema>,
  { since, keys }: { readonly since: number; readonly keys: readonly SuppressionKey[] },
): AsyncGenerator<JournalEntry> {
  const [key] = keys;
  if (key === undefined) throw new Error('A journal entry needs a key.');
  yield* subscriptionChanges(db, since, key);
  yield* suppressionChanges(db, since);
  yield* editionChanges(db, since);
}

async function* subscriptionChanges(
  db: Kysely<Schema>,
  since: number,
  key: SuppressionKey,
): AsyncGenerator<JournalEntry> {
  let last = { at: since, publicationId: 0, subscriberId: 0 };
  for (;;) {
    const rows = await db
      .selectFrom('subscriptions')
      .innerJoin('subscribers', 'subscribers.id', 'subscriptions.subscriber_id')
      .innerJoin('publications', 'publications.id', 'subscriptions.publication_id')
      .select(['subscriptions.state', 'subscriptions.changed_at as at', 'publications.slug as publication'])
      .select(['publication_id as publicationId', 'subscriber_id as subscriberId', 'subscribers.canonical'])
      // The condition of the partial index `subscriptions_changed`, word for word.
      .where(
        sql<boolean>`(subscriptions.state <> 'active' or subscriptions.changed_at > subscriptions.created_at)`,
      )
      .where(
        sql<boolean>`(subscriptions.changed_at, publication_id, subscriber_id)
          > (${last.at}, ${last.publicationId}, ${last.subscriberId})`,
      )
      .orderBy('subscriptions.changed_at')
      .orderBy('publication_id')
      .orderBy('subscriber_id')
      .limit(pageSize)
      .execute();
    for (const { state, at, publication, canonical } of rows) {
      // A suppression is read from its own table; who has not confirmed yet has not left.
      if (state !== 'unsubscribed' && state !== 'active') continue;
      yield { at, event: state, publication, address: key.hash(canonical), key: key.id };
    }
    const end = rows.at(-1);
    if (end === undefined || rows.length < pageSize) return;
    last = end;
  }
}

async function* suppressionChanges(db: Kysely<Schema>, since: number): AsyncGenerator<JournalEntry> {
  let after = '';
  for (;;) {
    const rows = await db
      .selectFrom('suppressions')
      .select(['created_at as at', 'address_hash as address', 'key_id as key', 'reason'])
      .where('created_at', '>=', since)
      .where('address_hash', '>', after)
      .orderBy('address_hash')
      .limit(pageSize)
      .execute();
    for (const row of rows) yield { ...row, event: 'suppressed' };
    if (rows.length < pageSize) break;
    after = rows.at(-1)?.address ?? after;
  }
  const reverted = await db
    .selectFrom('audit_log')
    .select(['at', 'address_hash as address', 'reason'])
    .where('action', '=', 'unsuppressed')
    .where('at', '>=', since)
    .orderBy('id')
    .execute();
  for (const row of reverted) yield { ...row, event: 'unsuppressed', key: '' };
}

async function* editionChanges(db: Kysely<Schema>, since: number): AsyncGenerator<JournalEntry> {
  const events = await db
    .selectFrom('edition_events')
    .innerJoin('editions', 'editions.id', 'edition_events.edition_id')
    .innerJoin('publications', 'publications.id', 'editions.publication_id')
    .select([
      'edition_events.at',
      'edition_events.event',
      'edition_events.detail',
      'editions.date',
      'publications.slug as publication',
    ])
    .orderBy('edition_events.id', 'desc')
    .limit(newestEvents)
    .execute();
  for (const { at, event, date, publication, detail } of events.toReversed()) {
    if (at < since) continue;
    if (event === 'published') yield { at, event, publication, date };
    if (event === 'corrected') yield { at, event, publication, date };
    if (event === 'withdrawn') yield { at, event, publication, date, note: detail };
  }
}
