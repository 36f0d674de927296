import type { Migration } from './migration.ts';

/** `explain` asks which batch of an edition somebody was in; without this it reads every batch there ever was. */
export const batchesBySubscriber: Migration = {
  version: 2,
  statements: [`create index batches_by_member on batches (edition_id, first_subscriber_id)`],
};
