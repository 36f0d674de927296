import type { Migration } from '../migration.ts';

/**
 * A number that grows while Daybrief is used, so that an older copy is recognised; and an index to find who left,
 * or came back, since a moment. Its condition is repeated by `recovery/read-changes.ts`.
 */
export const recovery: Migration = {
  version: 11,
  statements: [
    {
      sqlite: `create table database_mark (
      one integer primary key,
      database_id text not null,
      mark integer not null
    )`,
      postgres: `create table database_mark (
      one bigint primary key,
      database_id text collate "C" not null,
      mark bigint not null
    )`,
    },
    `create index subscriptions_changed on subscriptions (changed_at, publication_id, subscriber_id)
      where state <> 'active' or changed_at > created_at`,
    `create index suppressions_created on suppressions (created_at)`,
  ],
};
