import type { Migration } from '../../migration.ts';

/** Editions sent at the same local time in each time zone: JSON of `LocalTime`, else empty. */
export const localTime: Migration = {
  version: 5,
  statements: [
    {
      sqlite: `alter table editions add column local_time text not null default ''`,
      postgres: `alter table editions add column local_time text collate "C" not null default ''`,
    },
  ],
};
