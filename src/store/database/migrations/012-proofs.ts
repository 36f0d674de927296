import type { Migration } from './migration.ts';

/**
 * Proofs, each with the whole edition as it would be approved: whoever opens one approves exactly these bytes. And
 * approvals of publications that need more than one.
 */
export const proofs: Migration = {
  version: 12,
  statements: [
    {
      sqlite: `create table proofs (
      id integer primary key autoincrement,
      publication_id integer not null references publications (id),
      date text not null,
      number integer not null,
      content_hash text not null,
      revision text not null,
      problems text not null,
      made_by text not null,
      made_at integer not null,
      returned_by text not null default '',
      returned_at integer,
      returned_note text not null default '',
      unique (publication_id, date, number)
    )`,
      postgres: `create table proofs (
      id bigint generated always as identity primary key,
      publication_id bigint not null references publications (id),
      date text collate "C" not null,
      number bigint not null,
      content_hash text collate "C" not null,
      revision text not null,
      problems text not null,
      made_by text not null,
      made_at bigint not null,
      returned_by text not null default '',
      returned_at bigint,
      returned_note text not null default '',
      unique (publication_id, date, number)
    )`,
    },
    {
      sqlite: `create table approvals (
      publication_id integer not null references publications (id),
      date text not null,
      content_hash text not null,
      approver text not null,
      given_at integer not null,
      primary key (publication_id, date, content_hash, approver)
    )`,
      postgres: `create table approvals (
      publication_id bigint not null references publications (id),
      date text collate "C" not null,
      content_hash text collate "C" not null,
      approver text not null,
      given_at bigint not null,
      primary key (publication_id, date, content_hash, approver)
    )`,
    },
  ],
};
