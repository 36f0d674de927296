import type { Migration } from '../migration.ts';

/** How fast mailbox providers want to be sent to, and the days on which an edition goes out during a warm-up. */
export const pacing: Migration = {
  version: 17,
  statements: [
    {
      sqlite: `create table provider_paces (
      provider text primary key,
      state text not null,
      changed_at integer not null
    ) without rowid`,
      postgres: `create table provider_paces (
      provider text collate "C" primary key,
      state text not null,
      changed_at bigint not null
    )`,
    },
    {
      sqlite: `alter table editions add column warm_up text not null default ''`,
      postgres: `alter table editions add column warm_up text collate "C" not null default ''`,
    },
  ],
};
