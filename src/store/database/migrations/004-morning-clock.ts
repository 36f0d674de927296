import type { Migration } from './migration.ts';

/**
 * When editions go out by themselves, and what ops were told. What was approved before there was a clock
 * has no `send_at`, and stays people's own affair.
 */
export const morningClock: Migration = {
  version: 4,
  statements: [
    `alter table editions add column send_at integer`,
    `alter table editions add column deadline_at integer`,
    `alter table editions add column at_send_time text not null default 'skip'`,
    `alter table editions add column held integer not null default 0`,
    // Asked every few seconds; nearly every edition there ever was has been sent.
    `create index editions_waiting on editions (send_at) where state in ('approved', 'scheduled')`,
    `create table alarms (
      id integer primary key,
      key text not null unique,
      kind text not null,
      publication text not null,
      date text not null,
      text text not null,
      at integer not null,
      logged integer not null,
      done integer not null,
      due_at integer not null,
      attempts integer not null
    )`,
    `create index alarms_open on alarms (due_at) where done = 0`,
  ],
};
