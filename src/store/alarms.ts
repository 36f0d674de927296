import { sql } from 'kysely';
import type { Kysely } from 'kysely';

import type { AlarmClaim, AlarmCount, NewAlarm } from '../domain/schedule/alarm.ts';
import type { Schema } from './database/schema.ts';

/** Satisfies the port `Alarms` of `src/app/ports/schedule.ts`. */
export function createAlarms(db: Kysely<Schema>) {
  return {
    raise: (alarm: NewAlarm) => raise(db, alarm),
    due: (options: { readonly now: number; readonly limit: number }) => due(db, options),
    claim: (alarmId: number, lease: { readonly now: number; readonly leaseMs: number }) =>
      claim(db, alarmId, lease),
    async markLogged(claimed: AlarmClaim): Promise<void> {
      await db.updateTable('alarms').set({ logged: 1 }).where('id', '=', claimed.id).execute();
    },
    async settle(claimed: AlarmClaim, options: { readonly nextAt: number | undefined }): Promise<void> {
      await db
        .updateTable('alarms')
        .set(options.nextAt === undefined ? { done: 1 } : { due_at: options.nextAt })
        .where('id', '=', claimed.id)
        .where('due_at', '=', claimed.leaseUntil)
        .execute();
    },
  };
}

/** How many there have ever been. */
export async function countAlarms(db: Kysely<Schema>): Promise<readonly AlarmCount[]> {
  return db
    .selectFrom('alarms')
    .select(['publication', 'kind', (eb) => eb.fn.countAll<number>().as('alarms')])
    .groupBy(['publication', 'kind'])
    .orderBy('publication')
    .orderBy('kind')
    .execute();
}

/** Returns whether it is a new one. */
export async function raise(db: Kysely<Schema>, alarm: NewAlarm): Promise<boolean> {
  const row = await db
    .insertInto('alarms')
    .values({ ...alarm, logged: 0, done: 0, due_at: alarm.at, attempts: 0 })
    .onConflict((conflict) => conflict.column('key').doNothing())
    .returning('id')
    .executeTakeFirst();
  return row !== undefined;
}

/** A literal, not a bound value: only so can SQLite see that the partial index `alarms_open` fits. */
const stillOpen = sql.lit(0);

async function due(
  db: Kysely<Schema>,
  options: { readonly now: number; readonly limit: number },
): Promise<readonly number[]> {
  const rows = await db
    .selectFrom('alarms')
    .select('id')
    .where('done', '=', stillOpen)
    .where('due_at', '<=', options.now)
    .orderBy('due_at')
    .limit(options.limit)
    .execute();
  return rows.map((row) => row.id);
}

async function claim(
  db: Kysely<Schema>,
  alarmId: number,
  { now, leaseMs }: { readonly now: number; readonly leaseMs: number },
): Promise<AlarmClaim | undefined> {
  const leaseUntil = now + leaseMs;
  const row = await db
    .updateTable('alarms')
    .set((eb) => ({ due_at: leaseUntil, attempts: eb('attempts', '+', 1) }))
    .where('id', '=', alarmId)
    .where('done', '=', stillOpen)
    .where('due_at', '<=', now)
    .returning(['id', 'key', 'kind', 'publication', 'date', 'text', 'at', 'attempts', 'logged'])
    .executeTakeFirst();
  return row && { ...row, logged: row.logged === 1, leaseUntil };
}
