import type { Migration } from '../migration.ts';

/** Imports at the desk and the API: how far each came, which can be read after the process that ran it has ended. */
export const importJobs: Migration = {
  version: 27,
  statements: [
    {
      sqlite: `create table import_jobs (
      id text not null primary key,
      publication_id integer not null references publications (id),
      file_name text not null,
      size_bytes integer not null,
      actor text not null,
      state text not null,
      is_begun integer not null,
      rows_read integer not null,
      percent integer not null,
      result text not null,
      problem text not null,
      created_at integer not null,
      changed_at integer not null,
      alive_at integer not null
    ) without rowid`,
      postgres: `create table import_jobs (
      id text collate "C" not null primary key,
      publication_id bigint not null references publications (id),
      file_name text collate "C" not null,
      size_bytes bigint not null,
      actor text collate "C" not null,
      state text collate "C" not null,
      is_begun bigint not null,
      rows_read bigint not null,
      percent bigint not null,
      result text collate "C" not null,
      problem text collate "C" not null,
      created_at bigint not null,
      changed_at bigint not null,
      alive_at bigint not null
    )`,
    },
    'create index import_jobs_by_publication on import_jobs (publication_id, created_at)',
    'create index import_jobs_by_time on import_jobs (created_at)',
  ],
};
