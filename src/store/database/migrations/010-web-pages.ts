import type { Migration } from '../migration.ts';

/**
 * Which editions keep their page although they were cancelled, corrections of pages after the send, and
 * withdrawn pages. Editions cancelled before this migration stay off the web.
 */
export const webPages: Migration = {
  version: 10,
  statements: [
    {
      sqlite: 'alter table editions add column served integer not null default 0',
      postgres: 'alter table editions add column served bigint not null default 0',
    },
    {
      sqlite: 'alter table editions add column page_revision integer not null default 0',
      postgres: 'alter table editions add column page_revision bigint not null default 0',
    },
    {
      sqlite: 'alter table editions add column withdrawn_at integer',
      postgres: 'alter table editions add column withdrawn_at bigint',
    },
    {
      sqlite: `alter table editions add column withdrawn_note text not null default ''`,
      postgres: `alter table editions add column withdrawn_note text collate "C" not null default ''`,
    },
    {
      sqlite: `create table corrections (
      edition_id integer not null references editions (id),
      revision integer not null,
      at integer not null,
      note text not null,
      primary key (edition_id, revision)
    ) without rowid`,
      postgres: `create table corrections (
      edition_id bigint not null references editions (id),
      revision bigint not null,
      at bigint not null,
      note text collate "C" not null,
      primary key (edition_id, revision)
    )`,
    },
  ],
};
