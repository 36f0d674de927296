import { sql } from 'kysely';
import type { Transaction } from 'kysely';

import type { Edition, PublishOptions } from '../../domain/editions/edition.ts';
import { fillDays } from '../../domain/sending/warm-up.ts';
import type { WarmUpPlan } from '../../domain/sending/warm-up.ts';
import type { Schema } from '../database/schema.ts';

/**
 * Decides on which day of a warm-up each recipient gets the edition, by when their subscriptions became active. Sorts
 * the publication's subscriptions once: about a second for a million.
 */
export async function planWarmUp(
  trx: Transaction<Schema>,
  edition: Edition,
  { warmUp, now }: PublishOptions,
): Promise<WarmUpPlan | undefined> {
  if (warmUp === undefined) return undefined;
  const { publicationId } = edition;
  const recipients = await countActive(trx, { publicationId, now });
  const filled = fillDays(warmUp.days, recipients, await takenDays(trx, edition, now));
  const ranks: number[] = [];
  for (const day of filled) ranks.push((ranks.at(-1) ?? 0) + day.recipients);
  const lasts = await readRanks(trx, { publicationId, now, ranks });
  const days = filled.flatMap(({ date, at, recipients: count }, index) => {
    const last = lasts[index];
    return last === undefined ? [] : [{ date, at, recipients: count, last }];
  });
  const { overflow, expiryMs } = warmUp;
  return { overflow, publishedAt: now, expiryMs, days, skipped: recipients - (ranks.at(-1) ?? 0) };
}

interface Audience {
  readonly publicationId: number;
  readonly now: number;
}

async function countActive(trx: Transaction<Schema>, { publicationId, now }: Audience): Promise<number> {
  const { count } = await trx
    .selectFrom('subscriptions')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('publication_id', '=', publicationId)
    .where('state', '=', 'active')
    .where('paused_until', '<=', now)
    .executeTakeFirstOrThrow();
  return count;
}

/** The subscriptions at these places, counted from 1, the most recently confirmed first. */
async function readRanks(
  trx: Transaction<Schema>,
  { publicationId, now, ranks }: Audience & { readonly ranks: readonly number[] },
) {
  if (ranks.length === 0) return [];
  const { rows } = await sql<{ readonly confirmedAt: number; readonly subscriberId: number }>`
    select changed_at as "confirmedAt", subscriber_id as "subscriberId" from (
      select changed_at, subscriber_id,
        row_number() over (order by changed_at desc, subscriber_id desc) as place
      from subscriptions
      where publication_id = ${publicationId} and state = 'active' and paused_until <= ${now}
    ) as ranked
    where place in (${sql.join(ranks)})
    order by place`.execute(trx);
  return rows;
}

/** Recipients that other editions of the publication have on each day; a cancelled one no longer needs those to come. */
async function takenDays(
  trx: Transaction<Schema>,
  { id, publicationId }: Edition,
  now: number,
): Promise<ReadonlyMap<string, number>> {
  const rows = await trx
    .selectFrom('editions')
    .select(['state', 'warm_up as plan'])
    .where('publication_id', '=', publicationId)
    .where('id', '<>', id)
    .where('warm_up', '<>', '')
    .orderBy('date', 'desc')
    .limit(maxEditions)
    .execute();
  const taken = new Map<string, number>();
  for (const { state, plan } of rows) {
    for (const { date, at, recipients } of (JSON.parse(plan) as WarmUpPlan).days) {
      if (state === 'cancelled' && at > now) continue;
      taken.set(date, (taken.get(date) ?? 0) + recipients);
    }
  }
  return taken;
}

/** More editions than a warm-up has days. */
const maxEditions = 200;
