import type { Migration } from './migration.ts';

/** Signing up and the mail around it, pauses, and editions as pages. */
export const signingUp: Migration = {
  version: 3,
  statements: [
    `alter table subscriptions add column paused_until integer not null default 0`,
    `alter table revisions add column page text not null default ''`,
    `create table signups (
      id integer primary key,
      publication_id integer not null references publications (id),
      address text not null,
      canonical text not null,
      source text not null,
      done integer not null,
      due_at integer not null,
      epoch integer not null,
      attempts integer not null,
      subscriber_id integer,
      outcome text,
      reason text not null,
      created_at integer not null,
      changed_at integer not null
    )`,
    // The sweeper's question, asked all day; nearly every row is done.
    `create index signups_open on signups (due_at) where done = 0`,
    // `explain` and `erase` ask by address, while there is one.
    `create index signups_open_by_canonical on signups (canonical) where done = 0`,
    // And by person.
    `create index signups_by_subscriber on signups (subscriber_id) where subscriber_id is not null`,
    `create table mails (
      id integer primary key,
      kind text not null,
      publication_id integer not null references publications (id),
      subscriber_id integer not null,
      signup_id integer,
      state text not null,
      done integer not null,
      due_at integer not null,
      epoch integer not null,
      attempts integer not null,
      uncertain_times integer not null,
      expires_at integer not null,
      outcome text,
      reason text not null,
      relay text,
      reply_code integer,
      enhanced text,
      reply_text text,
      created_at integer not null,
      changed_at integer not null
    )`,
    `create index mails_open on mails (due_at) where done = 0`,
    // At most two confirmation mails a day for one person.
    `create index mails_by_subscriber on mails (subscriber_id, created_at)`,
    `create table signup_outcomes (
      day text not null,
      publication_id integer not null references publications (id),
      outcome text not null,
      reason text not null,
      attempts integer not null,
      primary key (day, publication_id, outcome, reason)
    ) without rowid`,
  ],
};
