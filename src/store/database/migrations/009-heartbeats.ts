import type { Migration } from '../migration.ts';

/** When each worker was last alive, and how many of its relays could be used then. */
export const heartbeats: Migration = {
  version: 9,
  statements: [
    {
      sqlite: `create table worker_heartbeats (
      worker text primary key,
      at integer not null,
      relays integer not null,
      relays_up integer not null
    ) without rowid`,
      postgres: `create table worker_heartbeats (
      worker text collate "C" primary key,
      at bigint not null,
      relays bigint not null,
      relays_up bigint not null
    )`,
    },
  ],
};
