import { randomUUID } from 'node:crypto';

import type { Kysely } from 'kysely';
import { sql } from 'kysely';

import type { Marks } from '../../app/ports/recovery.ts';
import type { DatabaseMark } from '../../domain/journal.ts';
import { integer, larger } from '../database/dialect.ts';
import type { Schema } from '../database/schema.ts';

export function createMarks(db: Kysely<Schema>): Marks {
  return {
    read: () => readMark(db),
    advance: (now) => advanceMark(db, now),
  };
}

export async function readMark(db: Kysely<Schema>): Promise<DatabaseMark | undefined> {
  return db.selectFrom('database_mark').select(['database_id as databaseId', 'mark']).executeTakeFirst();
}

/** The time in epoch milliseconds, and always more than before, even if the clock was set back. */
export async function advanceMark(db: Kysely<Schema>, now: number): Promise<DatabaseMark> {
  const advance = () =>
    db
      .updateTable('database_mark')
      .set({ mark: larger(db, sql<number>`mark + 1`, integer(now)) })
      .returning(['database_id as databaseId', 'mark'])
      .executeTakeFirst();
  const advanced = await advance();
  if (advanced !== undefined) return advanced;
  // Two processes that do this at the same time agree on one id.
  await db
    .insertInto('database_mark')
    .values({ one: 1, database_id: randomUUID(), mark: 0 })
    .onConflict((conflict) => conflict.column('one').doNothing())
    .execute();
  const added = await advance();
  if (added === undefined) throw new Error('The mark was added and is not there.');
  return added;
}
