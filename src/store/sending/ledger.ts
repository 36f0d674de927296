import { sql } from 'kysely';
import type { Kysely, Transaction } from 'kysely';

import type { Ledger } from '../../app/ports/ledger.ts';
import type { BatchLoad, Claim, Recipient } from '../../domain/sending/ledger.ts';
import { dayOf } from '../../domain/sending/warm-up.ts';
import type { SubscriptionState } from '../../domain/subscribers/subscriber.ts';
import { idTable, integer } from '../database/dialect.ts';
import { lockClaimedBatch } from '../database/locks.ts';
import type { Schema } from '../database/schema.ts';
import { inTransaction } from '../database/transaction.ts';
import type { Suppress, SuppressionOptions } from '../subscribers/suppressions.ts';
import { alarmExpired, doubtReceivers } from './doubt-receivers.ts';
import type { LedgerThread } from './ledger-thread.ts';
import { reopenRefused, retryFailed } from './reopen-deliveries.ts';
import { suppressRows } from './settle.ts';
import { stepLedger } from './step-ledger.ts';
import { decodeSubscriberIds } from './subscriber-id-list.ts';

export function createLedger(
  db: Kysely<Schema>,
  {
    suppress,
    keys,
    thread,
  }: SuppressionOptions & { readonly suppress: Suppress; readonly thread?: LedgerThread | undefined },
): Ledger {
  return {
    prepare: () => thread?.start(),
    load: (claim, { now }) => inTransaction(db, (trx) => load(trx, claim, now)),
    step: (claim, step) => stepLedger(db, claim, { ...step, suppress, thread }),
    reopen: (editionId, reopening) =>
      inTransaction(db, (trx) => reopenRefused(trx, { editionId, ...reopening })),
    retry: (editionId, retry) => inTransaction(db, (trx) => retryFailed(trx, { editionId, ...retry })),
    review: (editionId, { now, finished }) =>
      inTransaction(db, async (trx) => {
        const domains = await doubtReceivers(trx, { editionId, now, keys });
        if (finished) await alarmExpired(trx, editionId, now);
        return domains;
      }),
    close: (claim, closing) => inTransaction(db, (trx) => close(trx, claim, closing)),
  };
}

async function load(trx: Transaction<Schema>, claim: Claim, now: number): Promise<BatchLoad> {
  const batch = await readBatch(trx, claim);
  if (batch === undefined) return { recipients: [], suppressed: 0 };
  const situation = await readBatchState(trx, claim, batch);
  const rows = await readRows(trx, claim, batch);
  const recipients: Recipient[] = [];
  const dropped: { subscriberId: number; reason: string }[] = [];
  for (const subscriberId of batch.subscriberIds) {
    const row = rows.get(subscriberId);
    if (row !== undefined && row.outcome !== null) continue;
    const recipient = situation.get(subscriberId);
    if (recipient?.state !== 'active') {
      dropped.push({ subscriberId, reason: recipient?.state ?? 'erased' });
      continue;
    }
    if (recipient.pausedUntil > now) {
      dropped.push({ subscriberId, reason: 'paused' });
      continue;
    }
    const warmUpDay = claim.warmUp === null ? undefined : dayOf(claim.warmUp, { ...recipient, subscriberId });
    if (claim.warmUp !== null && warmUpDay === undefined) {
      dropped.push({ subscriberId, reason: 'warm-up' });
    } else if ((row?.nextAttemptAt ?? 0) <= now) {
      recipients.push({
        ...(warmUpDay === undefined ? {} : { warmUpDay }),
        subscriberId,
        address: recipient.address,
        name: recipient.name,
        timeZone: recipient.timeZone,
        attempts: row?.attempts ?? 0,
        uncertainTimes: row?.uncertainTimes ?? 0,
      });
    }
  }
  await suppressRows(trx, claim, { dropped, now });
  return { recipients, suppressed: dropped.length };
}

async function close(
  trx: Transaction<Schema>,
  claim: Claim,
  closing: { readonly now: number; readonly reason: string },
): Promise<void> {
  const batch = await readBatch(trx, claim);
  if (batch === undefined) return;
  await sql`
    insert into deliveries (edition_id, subscriber_id, state, revision, epoch, attempts, uncertain_times, outcome, reason, changed_at)
    select ${integer(claim.editionId)}, id, 'failed', ${integer(claim.revision)}, ${integer(claim.epoch)}, 0, 0,
      'subscription-failed', cast(${closing.reason} as text), ${integer(closing.now)}
    from ${idTable(trx, batch.subscriberIds)} as listed
    where true
    on conflict (edition_id, subscriber_id) do update set
      state = case when deliveries.uncertain_times > 0 then 'uncertain' else 'failed' end,
      outcome = 'subscription-failed',
      reason = case when deliveries.state = 'uncertain' then deliveries.reason else excluded.reason end,
      next_attempt_at = null, changed_at = excluded.changed_at
    where deliveries.outcome is null`.execute(trx);
}

interface BatchRange {
  readonly subscriberIds: readonly number[];
  readonly first: number;
  readonly last: number;
}

/**
 * Returns undefined if another worker has claimed the batch since: that worker decides about the rest. No
 * other worker can claim it before the transaction ends.
 */
async function readBatch(trx: Transaction<Schema>, claim: Claim): Promise<BatchRange | undefined> {
  const batch = await lockClaimedBatch(trx, claim);
  return batch && { ...batch, subscriberIds: decodeSubscriberIds(batch.subscriberIds) };
}

interface BatchState {
  readonly address: string;
  readonly name: string;
  readonly timeZone: string | null;
  readonly state: SubscriptionState;
  readonly pausedUntil: number;
  readonly confirmedAt: number;
}

async function readBatchState(
  trx: Transaction<Schema>,
  claim: Claim,
  range: BatchRange,
): Promise<ReadonlyMap<number, BatchState>> {
  const rows = await trx
    .selectFrom('subscriptions')
    .innerJoin('subscribers', 'subscribers.id', 'subscriptions.subscriber_id')
    .select(['subscribers.id', 'subscribers.address', 'subscribers.name', 'subscriptions.state'])
    .select(['subscribers.time_zone as timeZone', 'subscriptions.paused_until as pausedUntil'])
    .select('subscriptions.changed_at as confirmedAt')
    .where('subscriptions.publication_id', '=', claim.publicationId)
    .where('subscriptions.subscriber_id', '>=', range.first)
    .where('subscriptions.subscriber_id', '<=', range.last)
    .execute();
  return new Map(rows.map(({ id, ...situation }) => [id, situation]));
}

async function readRows(trx: Transaction<Schema>, claim: Claim, range: BatchRange) {
  const rows = await trx
    .selectFrom('deliveries')
    .select([
      'subscriber_id as subscriberId',
      'outcome',
      'attempts',
      'uncertain_times as uncertainTimes',
      'next_attempt_at as nextAttemptAt',
    ])
    .where('edition_id', '=', claim.editionId)
    .where('subscriber_id', '>=', range.first)
    .where('subscriber_id', '<=', range.last)
    .execute();
  return new Map(rows.map((row) => [row.subscriberId, row]));
}
