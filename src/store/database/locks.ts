import { sql } from 'kysely';
import type { Kysely, RawBuilder, Selectable, Transaction } from 'kysely';

import type { Claim } from '../../domain/sending/ledger.ts';
import type { SignupClaim } from '../../domain/signup/signup.ts';
import type { MailClaim } from '../../domain/signup/transactional-mail.ts';
import type { SubscriptionState } from '../../domain/subscribers/subscriber.ts';
import { idTable, isPostgres } from './dialect.ts';
import { isOpen, ownsLease } from './leases.ts';
import type { LeasedTable } from './leases.ts';
import type { Schema } from './schema.ts';

/**
 * Every lock that this room takes on rows and tables, in lock order: a transaction that takes several takes
 * them in the order of these functions, so that two transactions never wait for each other in a circle.
 * A lock lasts until its transaction ends. On SQLite all are no-ops, because it has a single writer.
 *
 * Rows of `deliveries` come last and need no function: their batch's lock protects them.
 */

/** Locks the batch's row, so that no other transaction writes to its deliveries, whichever worker has the lease. */
export async function lockBatch(trx: Transaction<Schema>, batchId: number): Promise<void> {
  if (!isPostgres(trx)) return;
  await trx.selectFrom('batches').select('id').where('id', '=', batchId).forNoKeyUpdate().execute();
}

/** The same for several batches, by id. */
export async function lockBatches(trx: Transaction<Schema>, batchIds: readonly number[]): Promise<void> {
  if (!isPostgres(trx) || batchIds.length === 0) return;
  await sql`select id from batches where id in (select id from ${idTable(trx, batchIds)} as listed)
    order by id for no key update`.execute(trx);
}

/** The first part of a PostgreSQL statement: locks the batch's row, or fails at once with 55P03. */
export function lockBatchOrFail(batchId: number): RawBuilder<unknown> {
  return sql`select epoch from batches where id = ${batchId} for no key update nowait`;
}

export interface LockedBatch {
  /** See `sending/subscriber-id-list.ts`. */
  readonly subscriberIds: Uint8Array;
  readonly first: number;
  readonly last: number;
  readonly size: number;
}

/** Returns undefined, and locks nothing, if another worker has claimed the batch since. */
export async function lockClaimedBatch(
  trx: Transaction<Schema>,
  claim: Claim,
): Promise<LockedBatch | undefined> {
  const query = trx
    .selectFrom('batches')
    .select(['subscriber_ids as subscriberIds', 'size'])
    .select(['first_subscriber_id as first', 'last_subscriber_id as last'])
    .where('id', '=', claim.batchId)
    .where('epoch', '=', claim.epoch);
  return lockRows(trx, query).executeTakeFirst();
}

/** @throws NoResultError if there is no such edition. */
export async function lockEdition(
  trx: Kysely<Schema>,
  edition: { readonly id: number } | { readonly publicationId: number; readonly date: string },
): Promise<Selectable<Schema['editions']>> {
  const editions = trx.selectFrom('editions').selectAll();
  const query =
    'id' in edition
      ? editions.where('id', '=', edition.id)
      : editions.where('publication_id', '=', edition.publicationId).where('date', '=', edition.date);
  return lockRows(trx, query).executeTakeFirstOrThrow();
}

/**
 * Changes nothing of the publication's row, and so lets one of two transactions with a snapshot that plan for it at the
 * same time fail with 40001: it is retried on what the other one has committed.
 */
export async function claimPublication(trx: Transaction<Schema>, publicationId: number): Promise<void> {
  if (!isPostgres(trx)) return;
  await trx
    .updateTable('publications')
    .set((eb) => ({ slug: eb.ref('slug') }))
    .where('id', '=', publicationId)
    .execute();
}

/**
 * Prevents new suppressions, so that what the transaction then reads of suppressions is still true for what
 * it writes. A transaction that adds or activates subscribers calls this; inserting a suppression takes the
 * same place in the order.
 *
 * @param how `alone` excludes other transactions that call this. Two imports of the same subscribers
 * would otherwise wait for each other's rows.
 */
export async function lockSuppressions(db: Kysely<Schema>, how: 'together' | 'alone'): Promise<void> {
  if (!isPostgres(db)) return;
  // Both modes conflict with inserts (ROW EXCLUSIVE); the second one also conflicts with itself.
  const mode = how === 'alone' ? sql`share row exclusive` : sql`share`;
  await sql`lock table suppressions in ${mode} mode`.execute(db);
}

/** Returns false, and locks nothing, if the signup has ended or another worker has claimed it since. */
export async function lockSignup(trx: Kysely<Schema>, claim: SignupClaim): Promise<boolean> {
  const query = trx
    .selectFrom('signups')
    .select('id')
    .where(ownsLease({ id: claim.signupId, epoch: claim.epoch }));
  return (await lockRows(trx, query).executeTakeFirst()) !== undefined;
}

/**
 * Locks a subscriber's row and returns its id; undefined if there is no such subscriber.
 *
 * @param purpose `delete` also waits for transactions that only need the row to exist
 */
export async function lockSubscriber(
  trx: Kysely<Schema>,
  subscriber: { readonly id: number } | { readonly canonical: string },
  purpose: 'change' | 'delete' = 'change',
): Promise<number | undefined> {
  const ids = trx.selectFrom('subscribers').select('id');
  const query =
    'id' in subscriber
      ? ids.where('id', '=', subscriber.id)
      : ids.where('canonical', '=', subscriber.canonical);
  return (await lockRows(trx, query, purpose).executeTakeFirst())?.id;
}

/** The end of a PostgreSQL query on `subscribers`: they exist until the transaction ends. */
export const keepSubscribers = sql`for key share of subscribers`;

/** Returns which of these subscribers there are, and keeps them from being deleted until the transaction ends. */
export async function keepExisting(
  trx: Kysely<Schema>,
  subscriberIds: readonly number[],
): Promise<readonly { readonly id: number }[]> {
  const query = trx.selectFrom('subscribers').select('id').where('id', 'in', subscriberIds).orderBy('id');
  return (isPostgres(trx) ? query.forKeyShare() : query).execute();
}

export async function lockSubscription(
  trx: Kysely<Schema>,
  subscription: { readonly publicationId: number; readonly subscriberId: number },
): Promise<{ readonly state: SubscriptionState; readonly changedAt: number } | undefined> {
  const query = trx
    .selectFrom('subscriptions')
    .select(['state', 'changed_at as changedAt'])
    .where('publication_id', '=', subscription.publicationId)
    .where('subscriber_id', '=', subscription.subscriberId);
  return lockRows(trx, query).executeTakeFirst();
}

/** Locks a mailbox, of which there may be several subscribers and so no row of its own. */
export async function lockMailbox(trx: Kysely<Schema>, mailbox: string): Promise<void> {
  if (!isPostgres(trx)) return;
  await sql`select pg_advisory_xact_lock(hashtextextended(${mailbox}, 0))`.execute(trx);
}

/** Locks the pace of a group of receiving domains, of which there may be no row yet. */
export async function lockProviderPace(trx: Kysely<Schema>, group: string): Promise<void> {
  if (!isPostgres(trx)) return;
  await sql`select pg_advisory_xact_lock(hashtextextended(${`provider pace ${group}`}, 0))`.execute(trx);
}

/** Returns undefined, and locks nothing, if the mail has ended or another worker has claimed it since. */
export async function lockMail(
  trx: Kysely<Schema>,
  claim: MailClaim,
): Promise<{ readonly signupId: number | null; readonly uncertainTimes: number } | undefined> {
  const query = trx
    .selectFrom('mails')
    .select(['signup_id as signupId', 'uncertain_times as uncertainTimes'])
    .where(ownsLease({ id: claim.mailId, epoch: claim.epoch }));
  return lockRows(trx, query).executeTakeFirst();
}

/** Locks the events of a publication that have no deliveries yet: two workers would otherwise both make them. */
export async function lockUnassignedEvents(trx: Kysely<Schema>, publication: string): Promise<void> {
  if (!isPostgres(trx)) return;
  await sql`select pg_advisory_xact_lock(hashtextextended(${`events of ${publication}`}, 0))`.execute(trx);
}

interface Lockable<Q> {
  forNoKeyUpdate(): Q;
  forUpdate(): Q;
}

function lockRows<Q extends Lockable<Q>>(
  db: Kysely<Schema>,
  query: Q,
  purpose: 'change' | 'delete' = 'change',
): Q {
  if (!isPostgres(db)) return query;
  return purpose === 'delete' ? query.forUpdate() : query.forNoKeyUpdate();
}

/**
 * Claims up to `limit` open rows that are due, the oldest first, in one statement. Two workers never wait for each
 * other: on PostgreSQL each skips the rows that the other is claiming.
 *
 * @returns these columns of the rows that were claimed, in any order
 */
export async function claimRows<Table extends LeasedTable, Column extends string & keyof Schema[Table]>(
  db: Kysely<Schema>,
  table: Table,
  {
    columns,
    ...lease
  }: {
    readonly now: number;
    readonly leaseMs: number;
    readonly limit: number;
    readonly columns: readonly Column[];
  },
): Promise<readonly Pick<Selectable<Schema[Table]>, Column & keyof Selectable<Schema[Table]>>[]> {
  const skip = isPostgres(db) ? sql`for update skip locked` : sql``;
  const { rows } = await sql<Pick<Selectable<Schema[Table]>, Column & keyof Selectable<Schema[Table]>>>`
    update ${sql.table(table)} set epoch = epoch + 1, due_at = ${lease.now + lease.leaseMs}
    where id in (
      select id from ${sql.table(table)} where ${isOpen} and due_at <= ${lease.now}
      order by due_at limit ${lease.limit} ${skip}
    )
    returning ${sql.join(columns.map((name) => sql.ref(name)))}`.execute(db);
  return rows;
}
