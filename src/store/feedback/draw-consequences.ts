import { sql } from 'kysely';
import type { Transaction } from 'kysely';

import { softBounceEditions, softBounceMs, uncountedReasons } from '../../domain/inbound/feedback.ts';
import { maskAddresses } from '../../domain/subscribers/mask-addresses.ts';
import type { Schema } from '../database/schema.ts';
import { slices } from '../database/slices.ts';
import type { FeedbackRows } from '../database/tables/feedback-tables.ts';
import { addAudit } from '../subscribers/operator-changes.ts';
import { addSuppressions, suppressSubscribers } from '../subscribers/suppressions.ts';
import type { SuppressionOptions } from '../subscribers/suppressions.ts';

interface Suppressed {
  readonly subscriberId: number;
  /** Why the address is suppressed: `bad-address`, `soft-bounces`, `complaint`. */
  readonly reason: string;
  /** What it rests on, without any address. */
  readonly evidence: string;
}

/** Suppresses the addresses that reports showed to be dead, or whose owners complained, with the evidence. */
export async function drawConsequences(
  trx: Transaction<Schema>,
  rows: readonly FeedbackRows[],
  options: SuppressionOptions & { readonly now: number; readonly actor: string },
): Promise<void> {
  const suppressed: Suppressed[] = [];
  for (const row of rows) {
    const evidence = describe(row);
    const { subscriber_id: subscriberId } = row;
    if (row.kind === 'complained') suppressed.push({ subscriberId, reason: 'complaint', evidence });
    else if (row.class === 'hard') suppressed.push({ subscriberId, reason: row.reason, evidence });
    else if (await isLastSoftBounce(trx, row)) {
      suppressed.push({ subscriberId, reason: 'soft-bounces', evidence });
    }
  }
  // A complaint outweighs a bounce, and is never reverted.
  const weightiest = suppressed.toSorted((a, b) => rank(b) - rank(a));
  const bySubscriber = Map.groupBy(weightiest, ({ subscriberId }) => subscriberId);
  await suppress(
    trx,
    [...bySubscriber.values()].flatMap((ofOne) => ofOne.slice(0, 1)),
    options,
  );
}

function rank({ reason }: Suppressed): number {
  return reason === 'complaint' ? 1 : 0;
}

function describe(row: FeedbackRows): string {
  const code = [row.reply_code, row.enhanced].filter((part) => part !== null).join(' ');
  const what = row.kind === 'complained' ? 'complained' : `bounced (${row.reason})`;
  const text = maskAddresses(row.reply_text ?? '').slice(0, 200);
  return [`${what}, edition ${row.edition_id}`, code, text].filter((part) => part !== '').join(': ');
}

async function suppress(
  trx: Transaction<Schema>,
  suppressed: readonly Suppressed[],
  options: SuppressionOptions & { readonly now: number; readonly actor: string },
): Promise<void> {
  for (const slice of slices(suppressed)) {
    const byId = new Map(slice.map((one) => [one.subscriberId, one]));
    const subscribers = await trx
      .selectFrom('subscribers')
      .select(['id', 'canonical'])
      .where('id', 'in', [...byId.keys()])
      .orderBy('id')
      .execute();
    const entries = subscribers.map(({ id, canonical }) => ({
      canonical,
      reason: byId.get(id)?.reason ?? '',
      evidence: byId.get(id)?.evidence ?? '',
    }));
    await addSuppressions(trx, entries, options);
    const complaints = entries.filter(({ reason }) => reason === 'complaint');
    await makePermanent(trx, complaints, options);
    const ids = subscribers.map(({ id }) => id);
    await suppressSubscribers(trx, ids, options.now);
    const complained = ids.filter((id) => byId.get(id)?.reason === 'complaint');
    await unsubscribeSuppressed(trx, complained);
    for (const { canonical, evidence: reason } of entries) {
      await addAudit(trx, { action: 'suppressed', canonicals: [canonical] }, { ...options, reason });
    }
  }
}

/** An address that had bounced before is from now on suppressed because of the complaint. */
async function makePermanent(
  trx: Transaction<Schema>,
  complaints: readonly { readonly canonical: string }[],
  { keys }: SuppressionOptions,
): Promise<void> {
  for (const slice of slices(complaints, 200)) {
    const hashes = slice.flatMap(({ canonical }) => keys.map((key) => key.hash(canonical)));
    if (hashes.length === 0) continue;
    await trx
      .updateTable('suppressions')
      .set({ reason: 'complaint' })
      .where('address_hash', 'in', hashes)
      .where('reason', '<>', 'erased')
      .execute();
  }
}

/** After a complaint, lifting the suppression leaves the subscription unsubscribed. */
async function unsubscribeSuppressed(trx: Transaction<Schema>, ids: readonly number[]): Promise<void> {
  if (ids.length === 0) return;
  await trx
    .updateTable('subscriptions')
    .set({ suppressed_from: 'unsubscribed' })
    .where('subscriber_id', 'in', ids)
    .where('state', '=', 'suppressed')
    .execute();
}

/** Reports about so many newer editions may still be on their way. */
const maxNewer = 5;

interface SoftBounce {
  readonly edition_id: number;
  readonly accepted_at: number;
  readonly bounced: number;
}

/**
 * Returns true if this soft bounce completes a series: the newest accepted deliveries to the subscriber all bounced,
 * at least `softBounceEditions` of them, over at least `softBounceMs`. A delivery without a report ends the series.
 */
async function isLastSoftBounce(trx: Transaction<Schema>, row: FeedbackRows): Promise<boolean> {
  if (row.class !== 'soft' || uncountedReasons.includes(row.reason)) return false;
  const { rows } = await sql<SoftBounce>`
    select deliveries.edition_id, editions.published_at as accepted_at,
      case when feedback.kind is null then 0 else 1 end as bounced
    from deliveries
    join editions on editions.id = deliveries.edition_id
    left join feedback on feedback.edition_id = deliveries.edition_id
      and feedback.subscriber_id = deliveries.subscriber_id and feedback.kind = 'bounced'
      and feedback.class in ('hard', 'soft')
      and feedback.reason not in (${sql.join(uncountedReasons)})
    where deliveries.subscriber_id = ${row.subscriber_id} and deliveries.state = 'accepted'
    order by editions.published_at desc
    limit 60`.execute(trx);
  const at = rows.findIndex(({ edition_id }) => edition_id === row.edition_id);
  if (at === -1 || at > maxNewer) return false;
  const series = rows.slice(at);
  const end = series.findIndex(({ bounced }) => bounced === 0);
  const bounced = end === -1 ? series : series.slice(0, end);
  const [newest] = bounced;
  const oldest = bounced.at(-1);
  if (newest === undefined || oldest === undefined || bounced.length < softBounceEditions) return false;
  return newest.accepted_at - oldest.accepted_at >= softBounceMs;
}
