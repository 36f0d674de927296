import { sql } from 'kysely';
import type { Kysely, Transaction } from 'kysely';

import type { SubscriptionState } from '../domain/delivery.ts';
import type { EditionState } from '../domain/edition.ts';
import type { BatchContents, Claim, ExchangeResult, Recipient, Turn } from '../domain/ledger.ts';
import { decodeMembers } from './member-list.ts';
import type { Schema } from './schema.ts';
import { settleRows, suppressRows } from './settle.ts';
import type { Suppress } from './settle.ts';

/** Satisfies the port `Ledger` of `src/app/ports.ts`. */
export function createLedger(db: Kysely<Schema>, options: { readonly suppress: Suppress }) {
  return {
    load: (claim: Claim, { now }: { readonly now: number }) =>
      db.transaction().execute((trx) => load(trx, claim, now)),
    exchange: (claim: Claim, turn: Turn) =>
      db.transaction().execute((trx) => exchange(trx, claim, { ...turn, suppress: options.suppress })),
    close: (claim: Claim, closing: { readonly now: number; readonly reason: string }) =>
      db.transaction().execute((trx) => close(trx, claim, closing)),
  };
}

async function load(trx: Transaction<Schema>, claim: Claim, now: number): Promise<BatchContents> {
  const batch = await readBatch(trx, claim);
  if (batch === undefined) return { recipients: [], suppressed: 0 };
  const standing = await readStanding(trx, claim, batch);
  const rows = await readRows(trx, claim, batch);
  const recipients: Recipient[] = [];
  const dropped: { subscriberId: number; reason: string }[] = [];
  for (const subscriberId of batch.members) {
    const row = rows.get(subscriberId);
    if (row !== undefined && row.outcome !== null) continue;
    const person = standing.get(subscriberId);
    if (person?.state !== 'active') {
      dropped.push({ subscriberId, reason: person?.state ?? 'erased' });
    } else if ((row?.nextAttemptAt ?? 0) <= now) {
      recipients.push({
        subscriberId,
        address: person.address,
        name: person.name,
        attempts: row?.attempts ?? 0,
        uncertainTimes: row?.uncertainTimes ?? 0,
      });
    }
  }
  await suppressRows(trx, claim, { dropped, now });
  return { recipients, suppressed: dropped.length };
}

async function exchange(
  trx: Transaction<Schema>,
  claim: Claim,
  turn: Turn & { readonly suppress: Suppress },
): Promise<ExchangeResult> {
  if (turn.settlements.length > 0) await settleRows(trx, claim, turn);
  const held = await trx
    .updateTable('batches')
    .set({ lease_until: turn.now + turn.leaseMs })
    .where('id', '=', claim.batchId)
    .where('epoch', '=', claim.epoch)
    .returning('id')
    .executeTakeFirst();
  const edition = await trx
    .selectFrom('editions')
    .select(['state', 'revision'])
    .where('id', '=', claim.editionId)
    .executeTakeFirstOrThrow();
  const result = {
    lease: held === undefined ? ('lost' as const) : ('held' as const),
    edition: edition.state,
    revision: edition.revision,
  };
  const mayIntend = result.lease === 'held' && mayBegin(claim, edition) && turn.intents.length > 0;
  return { ...result, intended: mayIntend ? await intend(trx, claim, turn) : new Set() };
}

/** A pause and a resume with another revision may both have happened since the worker last asked. */
function mayBegin(claim: Claim, edition: { readonly state: EditionState; readonly revision: number }) {
  return edition.state === 'sending' && edition.revision === claim.revision;
}

/**
 * Writes the next people as in flight, in one statement that also asks whether each is active still: a
 * click on "unsubscribe" in the middle of a send is obeyed at once (RFC 8058 section 5).
 */
async function intend(trx: Transaction<Schema>, claim: Claim, turn: Turn): Promise<ReadonlySet<number>> {
  const ids = JSON.stringify(turn.intents.map((recipient) => recipient.subscriberId));
  // CROSS JOIN keeps SQLite to this order; it would walk through the publication's subscribers otherwise.
  const { rows } = await sql<{ subscriber_id: number }>`
    insert into deliveries (edition_id, subscriber_id, state, revision, epoch, attempts, uncertain_times, reason, changed_at)
    select ${claim.editionId}, subscriptions.subscriber_id, 'in-flight', ${claim.revision}, ${claim.epoch}, 0, 0, '', ${turn.now}
    from json_each(${ids}) as wanted
    cross join subscriptions
    where subscriptions.publication_id = ${claim.publicationId}
      and subscriptions.subscriber_id = wanted.value and subscriptions.state = 'active'
    on conflict (edition_id, subscriber_id) do update set
      state = 'in-flight', revision = excluded.revision, epoch = excluded.epoch,
      next_attempt_at = null, changed_at = excluded.changed_at
    where deliveries.outcome is null
    returning subscriber_id`.execute(trx);
  return new Set(rows.map((row) => row.subscriber_id));
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
    select ${claim.editionId}, value, 'failed', ${claim.revision}, ${claim.epoch}, 0, 0, 'subscription-failed', ${closing.reason}, ${closing.now}
    from json_each(${JSON.stringify(batch.members)})
    where true
    on conflict (edition_id, subscriber_id) do update set
      state = case when deliveries.uncertain_times > 0 then 'uncertain' else 'failed' end,
      outcome = 'subscription-failed',
      reason = case when deliveries.state = 'uncertain' then deliveries.reason else excluded.reason end,
      next_attempt_at = null, changed_at = excluded.changed_at
    where deliveries.outcome is null`.execute(trx);
}

interface BatchRange {
  readonly members: readonly number[];
  readonly first: number;
  readonly last: number;
}

/** Nothing where another worker has claimed the batch since: it alone decides about the rest. */
async function readBatch(trx: Transaction<Schema>, claim: Claim): Promise<BatchRange | undefined> {
  const row = await trx
    .selectFrom('batches')
    .select(['members', 'first_subscriber_id as first', 'last_subscriber_id as last'])
    .where('id', '=', claim.batchId)
    .where('epoch', '=', claim.epoch)
    .executeTakeFirst();
  return row && { members: decodeMembers(row.members), first: row.first, last: row.last };
}

interface Standing {
  readonly address: string;
  readonly name: string;
  readonly state: SubscriptionState;
}

async function readStanding(
  trx: Transaction<Schema>,
  claim: Claim,
  range: BatchRange,
): Promise<ReadonlyMap<number, Standing>> {
  const rows = await trx
    .selectFrom('subscriptions')
    .innerJoin('subscribers', 'subscribers.id', 'subscriptions.subscriber_id')
    .select(['subscribers.id', 'subscribers.address', 'subscribers.name', 'subscriptions.state'])
    .where('subscriptions.publication_id', '=', claim.publicationId)
    .where('subscriptions.subscriber_id', '>=', range.first)
    .where('subscriptions.subscriber_id', '<=', range.last)
    .execute();
  return new Map(rows.map(({ id, ...standing }) => [id, standing]));
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
