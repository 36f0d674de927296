import type { Kysely, Transaction } from 'kysely';

import type { Alarms } from '../app/ports/schedule.ts';
import type { AlarmClaim, AlarmCount, NewAlarm } from '../domain/schedule/alarm.ts';
import { claimRow, dueRows, ownsLease } from './database/leases.ts';
import type { Schema } from './database/schema.ts';
import { inTransaction } from './database/transaction.ts';
import { addAlarmEvent } from './events/add-events.ts';

export function createAlarms(db: Kysely<Schema>): Alarms {
  return {
    raise: (alarm) => inTransaction(db, (trx) => raise(trx, alarm)),
    due: (options) => dueRows(db, 'alarms', options),
    claim: (alarmId, lease) => claim(db, alarmId, lease),
    async markLogged({ id }) {
      await db.updateTable('alarms').set({ logged: 1 }).where('id', '=', id).execute();
    },
    async settle(claimed, { nextAt }) {
      await db
        .updateTable('alarms')
        .set(nextAt === undefined ? { done: 1 } : { due_at: nextAt })
        .where(ownsLease(claimed))
        .execute();
    },
  };
}

/** Counts all alarms that were ever raised. */
export async function countAlarms(db: Kysely<Schema>): Promise<readonly AlarmCount[]> {
  return db
    .selectFrom('alarms')
    .select(['publication', 'kind', (eb) => eb.fn.countAll<number>().as('alarms')])
    .groupBy(['publication', 'kind'])
    .orderBy('publication')
    .orderBy('kind')
    .execute();
}

/** Returns true if it is new: alarms are deduplicated by key. */
export async function raise(db: Transaction<Schema>, alarm: NewAlarm): Promise<boolean> {
  const row = await db
    .insertInto('alarms')
    .values({ ...alarm, logged: 0, done: 0, due_at: alarm.at, epoch: 0 })
    .onConflict((conflict) => conflict.column('key').doNothing())
    .returning('id')
    .executeTakeFirst();
  if (row !== undefined) await addAlarmEvent(db, alarm);
  return row !== undefined;
}

async function claim(
  db: Kysely<Schema>,
  alarmId: number,
  lease: { readonly now: number; readonly leaseMs: number },
): Promise<AlarmClaim | undefined> {
  const row = await claimRow(db, 'alarms', alarmId, lease);
  if (row === undefined) return undefined;
  const { done: _, due_at: __, ...alarm } = row;
  return { ...alarm, logged: row.logged === 1 };
}
