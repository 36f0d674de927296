import type { Kysely } from 'kysely';

import type { Schema } from '../database/schema.ts';
import { readSubscriberFeedback } from '../feedback/read-feedback.ts';

/**
 * Reads everything stored about one subscriber, in plain words: the response to a request for access (GDPR article
 * 15) is answered with. Times are ISO 8601 in UTC.
 */
export async function readPersonalData(
  db: Kysely<Schema>,
  subscriberId: number,
): Promise<Readonly<Record<string, unknown>>> {
  const subscriber = await db
    .selectFrom('subscribers')
    .select(['address', 'name', 'time_zone', 'created_at'])
    .where('id', '=', subscriberId)
    .executeTakeFirst();
  return {
    subscriber: subscriber && {
      address: subscriber.address,
      name: subscriber.name,
      timeZone: subscriber.time_zone,
      knownSince: time(subscriber.created_at),
    },
    subscriptions: await readSubscriptions(db, subscriberId),
    signups: await readSignups(db, subscriberId),
    mails: await readMails(db, subscriberId),
    editions: await readDeliveries(db, subscriberId),
    reports: await readReports(db, subscriberId),
    events: await readEvents(db, subscriberId),
  };
}

async function readSubscriptions(db: Kysely<Schema>, subscriberId: number) {
  const rows = await db
    .selectFrom('subscriptions')
    .innerJoin('publications', 'publications.id', 'subscriptions.publication_id')
    .select(['slug', 'state', 'source', 'created_at', 'changed_at', 'paused_until'])
    .where('subscriber_id', '=', subscriberId)
    .orderBy('slug')
    .execute();
  return rows.map((row) => ({
    publication: row.slug,
    state: row.state,
    source: row.source,
    since: time(row.created_at),
    changedAt: time(row.changed_at),
    pausedUntil: row.paused_until === 0 ? null : time(row.paused_until),
  }));
}

/** By the index `signups_by_subscriber`. */
async function readSignups(db: Kysely<Schema>, subscriberId: number) {
  const rows = await db
    .selectFrom('signups')
    .innerJoin('publications', 'publications.id', 'signups.publication_id')
    .select(['slug', 'signups.source', 'signups.outcome', 'signups.reason', 'signups.created_at'])
    .where('signups.subscriber_id', '=', subscriberId)
    .orderBy('signups.created_at')
    .execute();
  return rows.map((row) => ({
    publication: row.slug,
    source: row.source,
    outcome: row.outcome,
    reason: row.reason,
    at: time(row.created_at),
  }));
}

/** By the index `mails_by_subscriber`. */
async function readMails(db: Kysely<Schema>, subscriberId: number) {
  const rows = await db
    .selectFrom('mails')
    .innerJoin('publications', 'publications.id', 'mails.publication_id')
    .select(['slug', 'mails.kind', 'mails.state', 'mails.outcome', 'mails.reason', 'mails.reply_text'])
    .select('mails.created_at')
    .where('mails.subscriber_id', '=', subscriberId)
    .orderBy('mails.created_at')
    .execute();
  return rows.map((row) => ({
    publication: row.slug,
    kind: row.kind,
    state: row.state,
    outcome: row.outcome,
    reason: row.reason,
    answer: row.reply_text,
    at: time(row.created_at),
  }));
}

/** One look-up an edition in the ledger's primary key. */
async function readDeliveries(db: Kysely<Schema>, subscriberId: number) {
  const rows = await db
    .selectFrom('editions')
    .innerJoin('publications', 'publications.id', 'editions.publication_id')
    .innerJoin('deliveries', (join) =>
      join
        .onRef('deliveries.edition_id', '=', 'editions.id')
        .on('deliveries.subscriber_id', '=', subscriberId),
    )
    .select(['slug', 'editions.date', 'deliveries.state', 'deliveries.outcome', 'deliveries.reason'])
    .select(['deliveries.reply_text', 'deliveries.changed_at'])
    .orderBy('editions.date')
    .execute();
  return rows.map((row) => ({
    publication: row.slug,
    date: row.date,
    state: row.state,
    outcome: row.outcome,
    reason: row.reason,
    answer: row.reply_text,
    at: time(row.changed_at),
  }));
}

function time(at: number): string {
  return new Date(at).toISOString();
}

/** What receivers reported about mail to the subscriber. */
async function readReports(db: Kysely<Schema>, subscriberId: number) {
  const rows = await readSubscriberFeedback(db, { subscriberId, limit: 10_000 });
  return rows.map((row) => ({
    publication: row.publication,
    date: row.date,
    what: row.kind,
    class: row.class,
    reason: row.reason,
    reply: row.text,
    times: row.times,
    firstAt: time(row.firstAt),
    lastAt: time(row.lastAt),
  }));
}

/** Reads the events about the subscriber that went to other systems, and when each endpoint took them; kept for two weeks. */
async function readEvents(db: Kysely<Schema>, subscriberId: number) {
  const rows = await db
    .selectFrom('events')
    .select(['events.id', 'events.publication', 'events.type', 'events.at', 'events.data'])
    .where('events.subscriber_id', '=', subscriberId)
    .orderBy('events.id')
    .execute();
  const deliveries = await db
    .selectFrom('event_deliveries')
    .innerJoin('events', 'events.id', 'event_deliveries.event_id')
    .select(['event_deliveries.event_id', 'event_deliveries.endpoint', 'event_deliveries.state'])
    .select('event_deliveries.settled_at')
    .where('events.subscriber_id', '=', subscriberId)
    .orderBy('event_deliveries.id')
    .execute();
  const byEvent = Map.groupBy(deliveries, ({ event_id: id }) => id);
  return rows.map((row) => ({
    publication: row.publication,
    type: row.type,
    at: time(row.at),
    data: JSON.parse(row.data) as unknown,
    sentTo: (byEvent.get(row.id) ?? []).map(({ endpoint, state, settled_at: settledAt }) => ({
      endpoint,
      state,
      at: settledAt === null ? null : time(settledAt),
    })),
  }));
}
