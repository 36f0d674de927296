import { sql } from 'kysely';
import type { Kysely } from 'kysely';

import { idTable, integer } from '../database/dialect.ts';
import type { Schema } from '../database/schema.ts';
import { decodeSubscriberIds } from './subscriber-id-list.ts';

export interface ZoneCount {
  /** Null for subscribers without a time zone. */
  readonly timeZone: string | null;
  readonly recipients: number;
}

/**
 * Counts an edition's recipients without a delivery row, by time zone. One short query for each open batch,
 * so that no other query waits behind a million rows.
 */
export async function countWaiting(db: Kysely<Schema>, editionId: number): Promise<readonly ZoneCount[]> {
  const totals = new Map<string | null, number>();
  for (let after = 0; ;) {
    const batch = await db
      .selectFrom('batches')
      .select(['id', 'subscriber_ids'])
      .where('edition_id', '=', editionId)
      .where('done', '=', sql.lit(0))
      .where('id', '>', after)
      .orderBy('id')
      .limit(1)
      .executeTakeFirst();
    if (batch === undefined) return [...totals].map(([timeZone, recipients]) => ({ timeZone, recipients }));
    after = batch.id;
    const { rows } = await sql<ZoneCount>`
      select subscribers.time_zone as "timeZone", count(*) as recipients
      from ${idTable(db, decodeSubscriberIds(batch.subscriber_ids))} as listed
      join subscribers on subscribers.id = listed.id
      left join deliveries on deliveries.edition_id = ${integer(editionId)}
        and deliveries.subscriber_id = listed.id
      where deliveries.subscriber_id is null
      group by subscribers.time_zone`.execute(db);
    for (const { timeZone, recipients } of rows)
      totals.set(timeZone, (totals.get(timeZone) ?? 0) + recipients);
  }
}
