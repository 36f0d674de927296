import type { Kysely } from 'kysely';

import type { DeskAlarms } from '../../app/ports/desk.ts';
import type { Schema } from '../database/schema.ts';
import { inTransaction } from '../database/transaction.ts';
import { addEntry } from './audit-entry.ts';

/** Alarms as the desk shows them. */
export function createDeskAlarms(db: Kysely<Schema>): DeskAlarms {
  return {
    recent: ({ since, limit }) =>
      db
        .selectFrom('alarms')
        .select(['id', 'key', 'kind', 'publication', 'date', 'text', 'at'])
        .where('at', '>=', since)
        .where('seen_at', 'is', null)
        .orderBy('at', 'desc')
        .orderBy('id', 'desc')
        .limit(limit)
        .execute(),
    markSeen: (alarmId, by) =>
      inTransaction(db, async (trx) => {
        const alarm = await trx
          .updateTable('alarms')
          .set({ seen_at: by.now })
          .where('id', '=', alarmId)
          .where('seen_at', 'is', null)
          .returning('key')
          .executeTakeFirst();
        if (alarm === undefined) return false;
        await addEntry(trx, { action: 'alarm-seen', subject: alarm.key }, by);
        return true;
      }),
  };
}
