import { sql } from 'kysely';
import type { Transaction } from 'kysely';

import type { Edition, PublishOptions } from '../../domain/editions/edition.ts';
import { formatCount } from '../../domain/numbers.ts';
import { daysBetween, fillDays } from '../../domain/sending/warm-up.ts';
import type { WarmUpPlan } from '../../domain/sending/warm-up.ts';
import { claimPublication } from '../database/locks.ts';
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
  // Two editions that are published at the same moment share the caps of their days.
  await claimPublication(trx, publicationId);
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

const dayMs = 86_400_000;

/** From publishing to the last day, in whole days: clocks may be put back meanwhile, so one hour more. */
export function lengthOf({ days: [first, ...others] }: WarmUpPlan): number {
  const last = others.at(-1);
  return first === undefined || last === undefined
    ? 0
    : (daysBetween(first.date, last.date) + 1) * dayMs + dayMs / 24;
}

/** `, warm-up: 500 today, 1,500 later` */
export function describePlan(plan: WarmUpPlan | undefined): string {
  if (plan === undefined) return '';
  const { days, publishedAt, skipped } = plan;
  const sum = (of: WarmUpPlan['days']) => of.reduce((total, { recipients }) => total + recipients, 0);
  const later = days.filter(({ at }) => at > publishedAt);
  const today = sum(days) - sum(later);
  const rest = skipped > 0 ? `${formatCount(skipped)} skipped` : `${formatCount(sum(later))} later`;
  return `, warm-up: ${formatCount(today)} today, ${rest}`;
}
