import type { Migration } from '../migration.ts';

/** Codes of an authenticator app at sign-in: the sealed secret of each account, and its recovery codes. */
export const secondFactors: Migration = {
  version: 23,
  statements: [
    {
      sqlite: `create table second_factors (
      user_id integer not null primary key references users (id),
      sealed_secret text not null,
      created_at integer not null,
      confirmed_at integer,
      last_step integer not null
    )`,
      postgres: `create table second_factors (
      user_id bigint not null primary key references users (id),
      sealed_secret text collate "C" not null,
      created_at bigint not null,
      confirmed_at bigint,
      last_step bigint not null
    )`,
    },
    {
      sqlite: `create table recovery_codes (
      user_id integer not null references users (id),
      code_hash text not null,
      primary key (user_id, code_hash)
    ) without rowid`,
      postgres: `create table recovery_codes (
      user_id bigint not null references users (id),
      code_hash text collate "C" not null,
      primary key (user_id, code_hash)
    )`,
    },
  ],
};
