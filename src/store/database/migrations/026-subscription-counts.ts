import type { Migration } from '../migration.ts';

/**
 * How many subscriptions of a publication are in each state, so that a question that names the number of people reads
 * four rows and not a million. Triggers keep them, as those of deliveries: see docs/decisions/020. An index for the list
 * of suppressed addresses, newest first.
 */
export const subscriptionCounts: Migration = {
  version: 26,
  statements: [
    {
      sqlite: `create table subscription_counts (
      publication_id integer not null,
      slot integer not null,
      state text not null,
      subscribers integer not null,
      primary key (publication_id, slot, state)
    ) without rowid`,
      postgres: `create table subscription_counts (
      publication_id bigint not null,
      slot bigint not null,
      state text collate "C" not null,
      subscribers bigint not null,
      primary key (publication_id, slot, state)
    ) with (fillfactor = 50)`,
    },
    `insert into subscription_counts (publication_id, slot, state, subscribers)
      select publication_id, 0, state, count(*) from subscriptions group by 1, 3`,
    `create index subscriptions_suppressed on subscriptions (changed_at, subscriber_id) where state = 'suppressed'`,
    {
      sqlite: `create trigger subscriptions_inserted after insert on subscriptions begin
      insert into subscription_counts values (new.publication_id, 0, new.state, 1)
      on conflict do update set subscribers = subscribers + 1;
    end`,
      postgres: `create function count_subscriptions() returns trigger language plpgsql as $$
    begin
      if tg_op = 'INSERT' then
        insert into subscription_counts select publication_id, pg_backend_pid() % 64, state, count(*)
        from new_rows group by 1, 3 order by 1, 3
        on conflict (publication_id, slot, state)
          do update set subscribers = subscription_counts.subscribers + excluded.subscribers;
      elsif tg_op = 'DELETE' then
        insert into subscription_counts select publication_id, pg_backend_pid() % 64, state, -count(*)
        from old_rows group by 1, 3 order by 1, 3
        on conflict (publication_id, slot, state)
          do update set subscribers = subscription_counts.subscribers + excluded.subscribers;
      else
        insert into subscription_counts select publication_id, pg_backend_pid() % 64, state, sum(change)
        from (select publication_id, state, 1 as change from new_rows
          union all select publication_id, state, -1 from old_rows) as changes
        group by 1, 3 having sum(change) <> 0 order by 1, 3
        on conflict (publication_id, slot, state)
          do update set subscribers = subscription_counts.subscribers + excluded.subscribers;
      end if;
      return null;
    end $$`,
    },
    {
      sqlite: `create trigger subscriptions_left after update of state on subscriptions
    when old.state <> new.state begin
      insert into subscription_counts values (old.publication_id, 0, old.state, -1)
      on conflict do update set subscribers = subscribers - 1;
    end`,
      postgres: `create trigger subscriptions_inserted after insert on subscriptions
    referencing new table as new_rows for each statement execute function count_subscriptions()`,
    },
    {
      sqlite: `create trigger subscriptions_entered after update of state on subscriptions
    when old.state <> new.state begin
      insert into subscription_counts values (new.publication_id, 0, new.state, 1)
      on conflict do update set subscribers = subscribers + 1;
    end`,
      postgres: `create trigger subscriptions_updated after update on subscriptions
    referencing old table as old_rows new table as new_rows for each statement execute function count_subscriptions()`,
    },
    {
      sqlite: `create trigger subscriptions_deleted after delete on subscriptions begin
      insert into subscription_counts values (old.publication_id, 0, old.state, -1)
      on conflict do update set subscribers = subscribers - 1;
    end`,
      postgres: `create trigger subscriptions_deleted after delete on subscriptions
    referencing old table as old_rows for each statement execute function count_subscriptions()`,
    },
  ],
};
