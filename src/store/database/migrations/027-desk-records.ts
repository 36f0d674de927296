import type { Migration } from '../migration.ts';

/**
 * How far imports at the desk and the API came, which can be read after the process that ran them has ended. Which relays
 * each worker uses and how fast, for the first page of the desk. Indexes for who wrote a digest, and for the events in a
 * subscriber's personal data.
 */
export const deskRecords: Migration = {
  version: 27,
  statements: [
    {
      sqlite: `create table import_jobs (
      import_id text not null primary key,
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
      import_id text collate "C" not null primary key,
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
    `create index audit_log_digests on audit_log (publication_id, subject)
      where action in ('digest-started', 'digest-saved')`,
    'create index events_by_subscriber on events (subscriber_id) where subscriber_id is not null',
    {
      sqlite: `alter table worker_heartbeats add column relay_states text not null default ''`,
      postgres: `alter table worker_heartbeats add column relay_states text collate "C" not null default ''`,
    },
  ],
};
