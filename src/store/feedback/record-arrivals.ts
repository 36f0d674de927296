import { sql } from 'kysely';
import type { Transaction } from 'kysely';

import type { RecordedArrival } from '../../app/ports/feedback.ts';
import type { Arrival } from '../../domain/inbound/feedback.ts';
import { isRelatedAddress } from '../../domain/inbound/related-address.ts';
import { parseAddress } from '../../domain/subscribers/address.ts';
import { keepExisting } from '../database/locks.ts';
import type { Schema } from '../database/schema.ts';
import { slices } from '../database/slices.ts';
import { addFeedbackEvents } from '../events/add-events.ts';
import { unsubscribe } from '../signup/own-subscriptions.ts';
import type { SuppressionOptions } from '../subscribers/suppressions.ts';
import { drawConsequences } from './draw-consequences.ts';
import { takeUnapplied, upsertFeedback } from './feedback-rows.ts';
import type { Place, Placed } from './feedback-rows.ts';
import { keepMessages } from './kept-messages.ts';
import type { Kept } from './kept-messages.ts';

export type RecordOptions = SuppressionOptions & { readonly now: number; readonly actor: string };

/** Records messages within the transaction `trx`: see `Feedback.record`. */
export async function recordArrivals(
  trx: Transaction<Schema>,
  arrivals: readonly Arrival[],
  options: RecordOptions,
): Promise<readonly RecordedArrival[]> {
  const placed: Placed[] = [];
  const kept: Kept[] = [];
  const recorded: RecordedArrival[] = [];
  const known = await readKnown(trx, arrivals);
  for (const arrival of arrivals) {
    const place = await findPlace(trx, arrival);
    const isErased =
      place !== undefined && !known.has(place.subscriberId) && arrival.report.delivery !== undefined;
    const decided = dispose(arrival, place);
    // Nothing that identifies an erased subscriber is kept for a person.
    const disposal = isErased && decided === 'kept' ? 'counted' : decided;
    if (arrival.leaves !== undefined) await unsubscribe(trx, arrival.leaves, options);
    else if (disposal === 'applied' && place !== undefined) placed.push({ ...place, arrival });
    if (disposal === 'kept') kept.push({ arrival, place });
    const editionId = place?.editionId ?? 0;
    recorded.push(editionId === 0 ? { disposal } : { disposal, editionId });
  }
  await upsertFeedback(trx, await softenOthers(trx, placed), options.now);
  const unapplied = await takeUnapplied(trx, placed);
  await addFeedbackEvents(trx, unapplied, options.now);
  await drawConsequences(trx, unapplied, options);
  await keepMessages(trx, kept, options.now);
  await countMessages(trx, arrivals, options.now);
  await forgetErased(trx, placed);
  return recorded;
}

/** Which of the subscribers that reports name are there. */
async function readKnown(
  trx: Transaction<Schema>,
  arrivals: readonly Arrival[],
): Promise<ReadonlySet<number>> {
  const ids = arrivals.flatMap(({ report }) => report.delivery?.subscriberId ?? []);
  return new Set(
    await existing(ids, (slice) =>
      trx.selectFrom('subscribers').select('id').where('id', 'in', slice).execute(),
    ),
  );
}

/**
 * Removes the words of receivers about subscribers who were erased before their reports were read. The others cannot be
 * erased before this transaction ends: an erasure that waits for it finds the words and removes them.
 */
async function forgetErased(trx: Transaction<Schema>, placed: readonly Placed[]): Promise<void> {
  const ids = placed.map(({ subscriberId }) => subscriberId);
  const kept = new Set(await existing(ids, (slice) => keepExisting(trx, slice)));
  const erased = [...new Set(ids)].filter((id) => !kept.has(id));
  for (const slice of slices(erased)) {
    await trx.updateTable('feedback').set({ reply_text: null }).where('subscriber_id', 'in', slice).execute();
  }
}

async function existing(
  ids: readonly number[],
  read: (slice: readonly number[]) => Promise<readonly { readonly id: number }[]>,
): Promise<readonly number[]> {
  const found: number[] = [];
  for (const slice of slices([...new Set(ids)].toSorted((a, b) => a - b))) {
    found.push(...(await read(slice)).map(({ id }) => id));
  }
  return found;
}

/** A report is only believed about a delivery that it could know of, or from an address that only providers know. */
function dispose({ report }: Arrival, place: Place | undefined): RecordedArrival['disposal'] {
  switch (report.kind) {
    case 'bounce':
      return place === undefined || report.class === 'unclassified' ? 'kept' : 'applied';
    case 'complaint':
      return place === undefined ? 'kept' : 'applied';
    case 'unsubscribe':
      return 'applied';
    case 'other':
      return report.reason === 'unclassified' || report.reason === 'no-report' ? 'kept' : 'counted';
    case 'delay':
    case 'success':
    case 'auto-reply':
    case 'challenge':
    case 'receipt':
      return 'counted';
    default:
      return report.kind satisfies never;
  }
}

/**
 * A hard bounce of an address that is not the subscriber's is soft: a forwarding copy is broken, and the subscriber may
 * still read the mailbox.
 */
async function softenOthers(trx: Transaction<Schema>, placed: readonly Placed[]): Promise<readonly Placed[]> {
  const hard = placed.filter(({ arrival }) => arrival.report.class === 'hard');
  const addresses = new Map<number, string>();
  for (const slice of slices([...new Set(hard.map(({ subscriberId }) => subscriberId))])) {
    const rows = await trx
      .selectFrom('subscribers')
      .select(['id', 'canonical'])
      .where('id', 'in', slice)
      .execute();
    for (const { id, canonical } of rows) addresses.set(id, canonical);
  }
  return placed.map((one) => {
    const { report } = one.arrival;
    const address = addresses.get(one.subscriberId);
    const isOther =
      report.class === 'hard' &&
      report.recipient !== undefined &&
      address !== undefined &&
      !isRelatedAddress(report.recipient, address);
    if (!isOther) return one;
    const softened = { ...report, class: 'soft', refusal: 'temporary', reason: 'other-address' } as const;
    return { ...one, arrival: { ...one.arrival, report: softened } };
  });
}

async function findPlace(
  trx: Transaction<Schema>,
  { report, isTrusted }: Arrival,
): Promise<Place | undefined> {
  if (report.delivery !== undefined) {
    const { editionId, subscriberId } = report.delivery;
    return { editionId, subscriberId };
  }
  if (!isTrusted || report.kind !== 'complaint' || report.recipient === undefined) return undefined;
  return findNewestDelivery(trx, report.recipient);
}

/** The newest accepted delivery to an address, by the index `deliveries_by_subscriber`. */
export async function findNewestDelivery(
  trx: Transaction<Schema>,
  recipient: string,
): Promise<Place | undefined> {
  const parsed = parseAddress(recipient);
  if (!parsed.ok) return undefined;
  const found = await trx
    .selectFrom('subscribers')
    .leftJoin('deliveries', (join) =>
      join.onRef('deliveries.subscriber_id', '=', 'subscribers.id').on('deliveries.state', '=', 'accepted'),
    )
    .select(['subscribers.id as subscriberId', 'deliveries.edition_id as editionId'])
    .where('subscribers.canonical', '=', parsed.canonical)
    .orderBy('deliveries.changed_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return found && { subscriberId: found.subscriberId, editionId: found.editionId ?? 0 };
}

async function countMessages(
  trx: Transaction<Schema>,
  arrivals: readonly Arrival[],
  now: number,
): Promise<void> {
  const day = new Date(now).toISOString().slice(0, 10);
  const groups = Map.groupBy(arrivals, ({ report }) => `${report.kind}/${report.class ?? ''}`);
  // In the order of the primary key, so that concurrent counts never deadlock.
  for (const [, group] of [...groups].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const [first] = group;
    if (first === undefined) continue;
    await trx
      .insertInto('inbound_counts')
      .values({ day, kind: first.report.kind, class: first.report.class ?? '', messages: group.length })
      .onConflict((conflict) =>
        conflict.columns(['day', 'kind', 'class']).doUpdateSet({
          messages: sql<number>`inbound_counts.messages + excluded.messages`,
        }),
      )
      .execute();
  }
}
