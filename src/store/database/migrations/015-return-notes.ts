import type { Migration } from '../migration.ts';

/** Mail to the author of a proof that was sent back: an outbox within `proofs`, with the columns of a lease. */
export const returnNotes: Migration = {
  version: 15,
  statements: [
    {
      sqlite: 'alter table proofs add column done integer not null default 1',
      postgres: 'alter table proofs add column done bigint not null default 1',
    },
    {
      sqlite: 'alter table proofs add column due_at integer not null default 0',
      postgres: 'alter table proofs add column due_at bigint not null default 0',
    },
    {
      sqlite: 'alter table proofs add column epoch integer not null default 0',
      postgres: 'alter table proofs add column epoch bigint not null default 0',
    },
    'create index proofs_open on proofs (due_at) where done = 0',
  ],
};
