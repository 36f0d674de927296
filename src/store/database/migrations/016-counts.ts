import type { Migration } from '../migration.ts';

/**
 * Counts of each edition's deliveries, so that nothing reads a million rows to show how far a send is. Triggers change
 * them in the transaction that changes the rows, whichever statement it was: see docs/decisions/020.
 */
export const counts: Migration = {
  version: 16,
  statements: [
    {
      sqlite: `create table edition_counts (
      edition_id integer not null,
      slot integer not null,
      state text not null,
      outcome text not null,
      reason text not null,
      recipients integer not null,
      primary key (edition_id, slot, state, outcome, reason)
    ) without rowid`,
      postgres: `create table edition_counts (
      edition_id bigint not null,
      slot bigint not null,
      state text collate "C" not null,
      outcome text collate "C" not null,
      reason text collate "C" not null,
      recipients bigint not null,
      primary key (edition_id, slot, state, outcome, reason)
    ) with (fillfactor = 50)`,
    },
    {
      sqlite: `create table edition_pace (
      edition_id integer not null,
      slot integer not null,
      part integer not null,
      second integer not null,
      recipients integer not null,
      primary key (edition_id, slot, part)
    ) without rowid`,
      postgres: `create table edition_pace (
      edition_id bigint not null,
      slot bigint not null,
      part bigint not null,
      second bigint not null,
      recipients bigint not null,
      primary key (edition_id, slot, part)
    ) with (fillfactor = 50)`,
    },
    `insert into edition_counts (edition_id, slot, state, outcome, reason, recipients)
      select edition_id, 0, state, coalesce(outcome, ''), case when outcome is null then '' else reason end, count(*)
      from deliveries group by 1, 3, 4, 5`,
    // For the next retry of an edition. Its condition leaves out \`state\`, which every reply changes: otherwise
    // PostgreSQL could no longer update rows without touching their indexes.
    `create index deliveries_retried on deliveries (edition_id, next_attempt_at) where next_attempt_at is not null`,
    {
      sqlite: `create trigger deliveries_inserted after insert on deliveries begin
      insert into edition_counts values (new.edition_id, 0, new.state, coalesce(new.outcome, ''),
        case when new.outcome is null then '' else new.reason end, 1)
      on conflict do update set recipients = recipients + 1;
      insert into edition_pace
        select new.edition_id, 0, new.changed_at / 1000 % 64, new.changed_at / 1000, 1 where new.outcome is not null
      on conflict do update set second = excluded.second,
        recipients = case when second = excluded.second then recipients else 0 end + 1;
    end`,
      postgres: `create function count_deliveries() returns trigger language plpgsql as $$
    begin
      if tg_op = 'INSERT' then
        insert into edition_counts select edition_id, pg_backend_pid() % 64, state, coalesce(outcome, ''),
          case when outcome is null then '' else reason end, count(*)
        from new_rows group by 1, 3, 4, 5 order by 1, 3, 4, 5
        on conflict (edition_id, slot, state, outcome, reason)
          do update set recipients = edition_counts.recipients + excluded.recipients;
        insert into edition_pace select edition_id, pg_backend_pid() % 64, changed_at / 1000 % 64, changed_at / 1000, count(*)
        from new_rows where outcome is not null group by 1, 3, 4 order by 1, 3, 4
        on conflict (edition_id, slot, part) do update set second = excluded.second, recipients = excluded.recipients
          + case when edition_pace.second = excluded.second then edition_pace.recipients else 0 end;
      elsif tg_op = 'DELETE' then
        insert into edition_counts select edition_id, pg_backend_pid() % 64, state, coalesce(outcome, ''),
          case when outcome is null then '' else reason end, -count(*)
        from old_rows group by 1, 3, 4, 5 order by 1, 3, 4, 5
        on conflict (edition_id, slot, state, outcome, reason)
          do update set recipients = edition_counts.recipients + excluded.recipients;
      else
        insert into edition_counts select edition_id, pg_backend_pid() % 64, state, coalesce(outcome, ''),
          case when outcome is null then '' else reason end, sum(change)
        from (select edition_id, state, outcome, reason, 1 as change from new_rows
          union all select edition_id, state, outcome, reason, -1 from old_rows) as changes
        group by 1, 3, 4, 5 having sum(change) <> 0 order by 1, 3, 4, 5
        on conflict (edition_id, slot, state, outcome, reason)
          do update set recipients = edition_counts.recipients + excluded.recipients;
        insert into edition_pace select new_rows.edition_id, pg_backend_pid() % 64, new_rows.changed_at / 1000 % 64,
          new_rows.changed_at / 1000, count(*)
        from new_rows join old_rows using (edition_id, subscriber_id)
        where new_rows.outcome is not null and old_rows.outcome is null group by 1, 3, 4 order by 1, 3, 4
        on conflict (edition_id, slot, part) do update set second = excluded.second, recipients = excluded.recipients
          + case when edition_pace.second = excluded.second then edition_pace.recipients else 0 end;
      end if;
      return null;
    end $$`,
    },
    {
      sqlite: `create trigger deliveries_updated after update of state, outcome, reason on deliveries
    when old.state <> new.state or old.outcome is not new.outcome or old.reason <> new.reason begin
      insert into edition_counts values (old.edition_id, 0, old.state, coalesce(old.outcome, ''),
        case when old.outcome is null then '' else old.reason end, -1)
      on conflict do update set recipients = recipients - 1;
      insert into edition_counts values (new.edition_id, 0, new.state, coalesce(new.outcome, ''),
        case when new.outcome is null then '' else new.reason end, 1)
      on conflict do update set recipients = recipients + 1;
    end`,
      postgres: `create trigger deliveries_inserted after insert on deliveries
    referencing new table as new_rows for each statement execute function count_deliveries()`,
    },
    {
      sqlite: `create trigger deliveries_ended after update of outcome on deliveries
    when old.outcome is null and new.outcome is not null begin
      insert into edition_pace
        values (new.edition_id, 0, new.changed_at / 1000 % 64, new.changed_at / 1000, 1)
      on conflict do update set second = excluded.second,
        recipients = case when second = excluded.second then recipients else 0 end + 1;
    end`,
      postgres: `create trigger deliveries_updated after update on deliveries
    referencing old table as old_rows new table as new_rows for each statement execute function count_deliveries()`,
    },
    {
      sqlite: `create trigger deliveries_deleted after delete on deliveries begin
      insert into edition_counts values (old.edition_id, 0, old.state, coalesce(old.outcome, ''),
        case when old.outcome is null then '' else old.reason end, -1)
      on conflict do update set recipients = recipients - 1;
    end`,
      postgres: `create trigger deliveries_deleted after delete on deliveries
    referencing old table as old_rows for each statement execute function count_deliveries()`,
    },
  ],
};
