import type { Migration } from './migration.ts';

/** The first schema: people, their standing, editions, and the ledger. */
export const initial: Migration = {
  version: 1,
  statements: [
    `create table publications (
      id integer primary key,
      slug text not null unique
    )`,
    `create table subscribers (
      id integer primary key autoincrement,
      address text not null,
      canonical text not null unique,
      name text not null,
      time_zone text,
      created_at integer not null
    )`,
    `create table subscriptions (
      publication_id integer not null references publications (id),
      subscriber_id integer not null references subscribers (id) on delete cascade,
      state text not null check (state in ('pending', 'active', 'unsubscribed', 'suppressed')),
      source text not null,
      created_at integer not null,
      changed_at integer not null,
      primary key (publication_id, subscriber_id)
    ) without rowid`,
    `create index subscriptions_by_subscriber on subscriptions (subscriber_id)`,
    `create table suppressions (
      address_hash text primary key,
      key_id text not null,
      reason text not null,
      created_at integer not null
    ) without rowid`,
    `create table editions (
      id integer primary key,
      publication_id integer not null references publications (id),
      date text not null,
      state text not null,
      revision integer not null,
      intended integer not null,
      published_at integer,
      expires_at integer,
      finished_at integer,
      created_at integer not null,
      unique (publication_id, date)
    )`,
    `create table revisions (
      edition_id integer not null references editions (id),
      revision integer not null,
      content_hash text not null,
      subject text not null,
      message text not null,
      html text not null,
      text text not null,
      digest text not null,
      settings text not null,
      approved_by text not null,
      approved_at integer not null,
      primary key (edition_id, revision)
    )`,
    `create table batches (
      id integer primary key,
      edition_id integer not null references editions (id),
      first_subscriber_id integer not null,
      last_subscriber_id integer not null,
      members blob not null,
      size integer not null,
      done integer not null,
      due_at integer not null,
      epoch integer not null,
      lease_owner text,
      lease_until integer not null
    )`,
    // The sweeper's question, asked all day: which batches are open and due?
    `create index batches_open on batches (edition_id, due_at) where done = 0`,
    `create table deliveries (
      edition_id integer not null references editions (id),
      subscriber_id integer not null,
      state text not null,
      revision integer not null,
      epoch integer not null,
      attempts integer not null,
      uncertain_times integer not null,
      next_attempt_at integer,
      outcome text,
      reason text not null,
      relay text,
      reply_code integer,
      enhanced text,
      reply_text text,
      changed_at integer not null,
      primary key (edition_id, subscriber_id)
    ) without rowid`,
    // `explain` and `erase` ask by person.
    `create index deliveries_by_subscriber on deliveries (subscriber_id)`,
    // `status` lists every delivery that was ever uncertain; they are few.
    `create index deliveries_uncertain on deliveries (edition_id, subscriber_id) where uncertain_times > 0`,
    `create table edition_events (
      id integer primary key,
      edition_id integer not null references editions (id),
      at integer not null,
      event text not null,
      actor text not null,
      detail text not null
    )`,
    `create index edition_events_by_edition on edition_events (edition_id, id)`,
  ],
};
