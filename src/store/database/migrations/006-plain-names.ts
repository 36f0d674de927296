import type { Migration } from '../migration.ts';

/** Names by the glossary: only a lease is held, and a batch lists subscribers. */
export const plainNames: Migration = {
  version: 6,
  statements: [
    `alter table editions rename column held to on_hold`,
    `alter table batches rename column members to subscriber_ids`,
    // The key says that an alarm was raised already, so it changes with the kind.
    `update alarms set kind = 'awaiting-send', key = replace(key, '/held', '/awaiting-send') where kind = 'held'`,
  ],
};
