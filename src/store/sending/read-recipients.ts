import { sql } from 'kysely';
import type { Kysely } from 'kysely';

import type { RecipientPage, RecipientQuery } from '../../app/ports/desk.ts';
import type { ListedDelivery } from '../../domain/sending/delivery.ts';
import { integer } from '../database/dialect.ts';
import type { Schema } from '../database/schema.ts';

/**
 * Ledger rows that one page reads at most. SQLite reads in the thread of the pages: 50,000 rows take some 15 ms. An
 * index over what failed would cost each of a million deliveries its part, see migration 016.
 */
const rowsRead = 50_000;

/**
 * Reads a page of an edition's recipients of a kind, by subscriber. Where matching rows are rare the page may be short,
 * or empty, and still say where the search goes on.
 */
export async function readRecipients(
  db: Kysely<Schema>,
  query: RecipientQuery,
  window: number = rowsRead,
): Promise<RecipientPage> {
  const { editionId, kind, reason, text, afterId, limit } = query;
  const which = kind === 'uncertain' ? sql`part.uncertain_times > 0` : sql`part.state = ${kind}`;
  const conditions = [
    which,
    ...(reason === '' ? [] : [sql`part.reason = ${reason}`]),
    ...(text === '' ? [] : [sql`subscribers.canonical like ${pattern(text)} escape '!'`]),
  ];
  const part = sql`select * from deliveries
    where edition_id = ${integer(editionId)} and subscriber_id > ${integer(afterId)}
    order by subscriber_id limit ${integer(window)}`;
  const { rows } = await sql<ListedDelivery>`
    select part.subscriber_id as "subscriberId", coalesce(subscribers.address, '') as address, part.state,
      part.outcome, part.reason, part.attempts, part.uncertain_times as "uncertainTimes",
      part.next_attempt_at as "nextAttemptAt", part.relay, part.reply_code as "replyCode", part.enhanced,
      part.reply_text as "replyText", part.changed_at as "changedAt"
    from (${part}) as part left join subscribers on subscribers.id = part.subscriber_id
    where ${sql.join(conditions, sql` and `)}
    order by part.subscriber_id limit ${integer(limit + 1)}`.execute(db);
  const recipients = rows.slice(0, limit);
  if (rows.length > limit) return { recipients, nextAfterId: recipients.at(-1)?.subscriberId };
  const { rows: read } = await sql<{ readonly count: number; readonly last: number | null }>`
    select count(*) as count, max(subscriber_id) as last from (
      select subscriber_id from deliveries
      where edition_id = ${integer(editionId)} and subscriber_id > ${integer(afterId)}
      order by subscriber_id limit ${integer(window)}) as part`.execute(db);
  const isEnd = (read[0]?.count ?? 0) < window;
  return { recipients, nextAfterId: isEnd ? undefined : (read[0]?.last ?? undefined) };
}

/** Any place of the canonical address; `!` escapes what LIKE reads as a pattern. */
function pattern(text: string): string {
  return `%${text.toLowerCase().replaceAll(/[!%_]/gu, '!$&')}%`;
}
