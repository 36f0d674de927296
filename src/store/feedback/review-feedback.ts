import type { Transaction } from 'kysely';

import { describeComplaints } from '../../domain/inbound/complaint-rate.ts';
import { bounceShare, complaintShares, minBounces, minComplaints } from '../../domain/inbound/feedback.ts';
import type { FeedbackCounts } from '../../domain/inbound/feedback.ts';
import { formatCount, formatCounted } from '../../domain/numbers.ts';
import { newAlarm } from '../../domain/schedule/alarm.ts';
import { doubtfulRefusals, doubtfulShare } from '../../domain/sending/bad-address-counts.ts';
import { raise } from '../alarms.ts';
import { isAmong } from '../database/dialect.ts';
import type { Schema } from '../database/schema.ts';
import { slices } from '../database/slices.ts';
import { countRecipients, readReference } from '../sending/doubt-receivers.ts';
import { restoreSubscriptions } from '../subscribers/operator-changes.ts';
import type { SuppressionOptions } from '../subscribers/suppressions.ts';
import { readComplaintRate } from './complaint-rate.ts';
import { readFeedbackCounts } from './read-feedback.ts';

/** The reason of bounces that a receiver reported that is not believed. */
const doubted = 'receiver-doubted';

/** Within the transaction `trx`: see `Feedback.review`. */
export async function reviewFeedback(
  trx: Transaction<Schema>,
  editionId: number,
  options: SuppressionOptions & { readonly now: number },
): Promise<readonly string[]> {
  const domains: string[] = [];
  for (const [domain, dead] of await deadByDomain(trx, editionId)) {
    if (dead.length < doubtfulRefusals) continue;
    const total = await countRecipients(trx, editionId, domain);
    if (dead.length <= total * doubtfulShare) continue;
    domains.push(domain);
    await revert(trx, dead, { ...options, editionId });
    await alarmDoubt(trx, { editionId, now: options.now, domain, reported: dead.length, total });
  }
  const counts = await readFeedbackCounts(trx, editionId);
  await alarmShares(trx, counts, { editionId, now: options.now });
  await alarmRate(trx, { editionId, now: options.now });
  return domains;
}

interface Dead {
  readonly id: number;
  readonly canonical: string;
}

async function deadByDomain(
  trx: Transaction<Schema>,
  editionId: number,
): Promise<ReadonlyMap<string, readonly Dead[]>> {
  const rows = await trx
    .selectFrom('feedback')
    .innerJoin('subscribers', 'subscribers.id', 'feedback.subscriber_id')
    .select(['subscribers.id', 'subscribers.canonical'])
    .where('feedback.edition_id', '=', editionId)
    .where('feedback.kind', '=', 'bounced')
    .where((eb) => eb.or([eb('feedback.class', '=', 'hard'), eb('feedback.reason', '=', doubted)]))
    .execute();
  return Map.groupBy(rows, ({ canonical }) => canonical.slice(canonical.lastIndexOf('@') + 1));
}

/** What this edition's reports suppressed is no longer suppressed, and its bounces count as soft. */
async function revert(
  trx: Transaction<Schema>,
  dead: readonly Dead[],
  { editionId, now, keys }: SuppressionOptions & { readonly editionId: number; readonly now: number },
): Promise<void> {
  for (const slice of slices(dead, 500)) {
    const ids = slice.map(({ id }) => id);
    const rows = await trx
      .updateTable('feedback')
      .set({ class: 'soft', reason: doubted })
      .where('edition_id', '=', editionId)
      .where('kind', '=', 'bounced')
      .where('class', '=', 'hard')
      .where('subscriber_id', 'in', ids)
      .returning(['subscriber_id', 'first_at'])
      .execute();
    if (rows.length === 0) continue;
    const taken = new Set(rows.map((row) => row.subscriber_id));
    const since = Math.min(...rows.map((row) => row.first_at));
    const reverted = slice.filter(({ id }) => taken.has(id));
    const hashes = reverted.flatMap(({ canonical }) => keys.map((key) => key.hash(canonical)));
    await trx
      .deleteFrom('suppressions')
      .where(isAmong(trx, 'address_hash', hashes))
      .where('reason', 'in', ['bad-address', 'dead-mailbox'])
      .where('created_at', '>=', since)
      .execute();
    await restoreSubscriptions(trx, [...taken], now);
  }
}

async function alarmDoubt(
  trx: Transaction<Schema>,
  found: {
    readonly editionId: number;
    readonly now: number;
    readonly domain: string;
    readonly reported: number;
    readonly total: number;
  },
): Promise<void> {
  const { slug, date } = await readReference(trx, found.editionId);
  const { domain, reported, total, now: at } = found;
  const text = `${domain} reported ${formatCount(reported)} of ${formatCounted(total, 'recipient')} of ${slug}/${date} as unknown addresses. So many at once are a fault of the receiver, so none of them is suppressed.`;
  const occasion = `reported ${domain}`;
  await raise(trx, newAlarm('bad-addresses', { publication: slug, date, at, text, occasion }));
}

async function alarmShares(
  trx: Transaction<Schema>,
  { bounced, complained }: FeedbackCounts,
  { editionId, now: at }: { readonly editionId: number; readonly now: number },
): Promise<void> {
  if (complained < minComplaints && bounced < minBounces) return;
  const { slug: publication, date } = await readReference(trx, editionId);
  // Nearly all of them were accepted, and counting those would read the whole ledger.
  const { intended } = await trx
    .selectFrom('editions')
    .select('intended')
    .where('id', '=', editionId)
    .executeTakeFirstOrThrow();
  const about = { publication, date, at };
  const recipients = `${formatCounted(intended, 'recipient')} of ${publication}/${date}`;
  for (const share of complaintShares) {
    if (complained < minComplaints || complained < intended * share) continue;
    const text = `${formatCount(complained)} of ${recipients} complained: ${percent(share)} or more. Mailbox providers block senders from 0.3 % on: look at who was added lately, and at how easy it is to leave.`;
    await raise(trx, newAlarm('complaints', { ...about, text, occasion: percent(share) }));
  }
  if (bounced < minBounces || bounced < intended * bounceShare) return;
  const text = `${formatCount(bounced)} of ${recipients} bounced. \`daybrief outcomes ${publication}\` counts them by reason.`;
  await raise(trx, newAlarm('bounces', { ...about, text }));
}

/** Tells of complaints about the last editions together, once a day of the newest edition that they are about. */
async function alarmRate(
  trx: Transaction<Schema>,
  { editionId, now: at }: { readonly editionId: number; readonly now: number },
): Promise<void> {
  const { publicationId } = await trx
    .selectFrom('editions')
    .select('publication_id as publicationId')
    .where('id', '=', editionId)
    .executeTakeFirstOrThrow();
  const rate = await readComplaintRate(trx, { publicationId, now: at });
  // About one edition alone, `alarmShares` has said it.
  if (rate.level === 'ok' || (rate.level === 'warn' && rate.editions === 1)) return;
  const { slug: publication, date } = await readReference(trx, editionId);
  const found = describeComplaints(rate);
  const about = { publication, date, at, occasion: 'last editions' };
  const advice = 'Look at who was added lately, and at how easy it is to leave.';
  if (rate.level === 'warn') {
    const text = `${publication}: ${found}. From 0.3 % on the next edition waits for a person. ${advice}`;
    await raise(trx, newAlarm('complaints', { ...about, text }));
    return;
  }
  const text = `${publication}: ${found}. The next edition is not sent before \`daybrief release\` of it. ${advice}`;
  await raise(trx, newAlarm('halted', { ...about, text }));
}

function percent(share: number): string {
  return `${Number((share * 100).toFixed(1))} %`;
}
