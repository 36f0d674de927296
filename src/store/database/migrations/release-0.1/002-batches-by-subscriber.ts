import type { Migration } from '../../migration.ts';

/** `explain` looks up the batch of one subscriber; without this index it reads every batch. */
export const batchesBySubscriber: Migration = {
  version: 2,
  statements: [`create index batches_by_member on batches (edition_id, first_subscriber_id)`],
};
