import type { Kysely } from 'kysely';

import type { Schema } from '../database/schema.ts';

/**
 * Ids of what is open and due, oldest first. Reads the index `signups_open` or `mails_open`, which holds
 * little else.
 */
export async function readDue(
  db: Kysely<Schema>,
  table: 'signups' | 'mails',
  options: { readonly now: number; readonly limit: number },
): Promise<readonly number[]> {
  const rows = await db
    .selectFrom(table)
    .select('id')
    // As a literal, or the index on open ones would not be taken.
    .where((eb) => eb('done', '=', eb.lit(0)))
    .where('due_at', '<=', options.now)
    .orderBy('due_at')
    .limit(options.limit)
    .execute();
  return rows.map(({ id }) => id);
}
