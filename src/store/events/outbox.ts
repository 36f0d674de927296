import { sql } from 'kysely';
import type { Kysely, Selectable, Transaction } from 'kysely';

import type { EndpointKey, EventOutbox } from '../../app/ports/events.ts';
import type { ClaimedEvent } from '../../domain/events/outgoing-event.ts';
import { raise } from '../alarms.ts';
import { claimRow, isOpen, ownsLease } from '../database/leases.ts';
import type { Schema } from '../database/schema.ts';
import { inTransaction } from '../database/transaction.ts';
import { assignEvents, isUnassigned } from './assign-events.ts';
import { toEvent } from './event-rows.ts';
import { countEnded, giveUp, giveUpOverdue } from './give-up.ts';

export function createEventOutbox(db: Kysely<Schema>): EventOutbox {
  return {
    async unassigned() {
      const rows = await db
        .selectFrom('events')
        .select('publication')
        .distinct()
        .where(isUnassigned)
        .execute();
      return rows.map(({ publication }) => publication);
    },
    assign: (publication, options) => inTransaction(db, (trx) => assignEvents(trx, publication, options)),
    async endpointsDue(now) {
      return db
        .selectFrom('event_endpoints')
        .select(['publication', 'endpoint'])
        .where((eb) =>
          eb.exists(
            eb
              .selectFrom('event_deliveries')
              .select('event_deliveries.id')
              .whereRef('event_deliveries.publication', '=', 'event_endpoints.publication')
              .whereRef('event_deliveries.endpoint', '=', 'event_endpoints.endpoint')
              .where(isOpen)
              .where('due_at', '<=', now),
          ),
        )
        .execute();
    },
    claim: (key, lease) => claim(db, key, lease),
    settle: (key, claimed, result) => inTransaction(db, (trx) => settle(trx, key, { claimed, result })),
    postpone: (key, claimed, { reason, dueAt }) =>
      inTransaction(db, async (trx) => {
        const owned = await trx
          .updateTable('event_deliveries')
          .set({ due_at: dueAt, reason })
          .where(ownsLease(claimed))
          .returning('id')
          .executeTakeFirst();
        if (owned !== undefined) await moveLater(trx, { ...key, ...claimed }, dueAt);
      }),
    giveUp: (key, options) => inTransaction(db, (trx) => giveUp(trx, key, options)),
    giveUpOverdue: (key, options) => inTransaction(db, (trx) => giveUpOverdue(trx, key, options)),
    async start({ publication, endpoint }) {
      const { numUpdatedRows } = await db
        .updateTable('event_endpoints')
        .set({ stopped_at: null, stopped_url: '' })
        .where('publication', '=', publication)
        .where('endpoint', '=', endpoint)
        .where('stopped_at', 'is not', null)
        .executeTakeFirst();
      return numUpdatedRows > 0n;
    },
    forget: (options) => inTransaction(db, (trx) => forget(trx, options)),
  };
}

async function claim(
  db: Kysely<Schema>,
  { publication, endpoint }: EndpointKey,
  { now, leaseMs, limit }: { readonly now: number; readonly leaseMs: number; readonly limit: number },
): Promise<readonly ClaimedEvent[]> {
  const due = await db
    .selectFrom('event_deliveries as due')
    .select('due.id')
    .where(sql<boolean>`due.done = 0`)
    .where('due.publication', '=', publication)
    .where('due.endpoint', '=', endpoint)
    .where('due.due_at', '<=', now)
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('event_deliveries as earlier')
            .select('earlier.id')
            .where(sql<boolean>`earlier.done = 0`)
            .whereRef('earlier.publication', '=', 'due.publication')
            .whereRef('earlier.endpoint', '=', 'due.endpoint')
            .whereRef('earlier.subject', '=', 'due.subject')
            .whereRef('earlier.id', '<', 'due.id'),
        ),
      ),
    )
    .orderBy('due.due_at')
    .limit(limit)
    .execute();
  const claimed: ClaimedEvent[] = [];
  for (const { id } of due) {
    const row = await claimRow(db, 'event_deliveries', id, { now, leaseMs });
    if (row !== undefined) claimed.push(await readClaimed(db, row));
  }
  return claimed;
}

async function readClaimed(
  db: Kysely<Schema>,
  row: Selectable<Schema['event_deliveries']>,
): Promise<ClaimedEvent> {
  const { address, ...event } = await db
    .selectFrom('events')
    .leftJoin('subscribers', 'subscribers.id', 'events.subscriber_id')
    .selectAll('events')
    .select('subscribers.address')
    .where('events.id', '=', row.event_id)
    .executeTakeFirstOrThrow();
  const { id, epoch, subject, endpoint, give_up_at: giveUpAt } = row;
  return { id, epoch, subject, endpoint, giveUpAt, event: toEvent(event), address: address ?? undefined };
}

async function settle(
  trx: Transaction<Schema>,
  key: EndpointKey,
  {
    claimed,
    result: { state, reason, now, alarm },
  }: {
    readonly claimed: Parameters<EventOutbox['settle']>[1];
    readonly result: Parameters<EventOutbox['settle']>[2];
  },
): Promise<void> {
  const owned = await trx
    .updateTable('event_deliveries')
    .set({ state, reason, done: 1, settled_at: now })
    .where(ownsLease(claimed))
    .returning('id')
    .executeTakeFirst();
  if (owned === undefined) return;
  await countEnded(trx, key, { [state]: 1 });
  await moveLater(trx, { ...key, ...claimed }, now);
  if (alarm !== undefined) await raise(trx, alarm);
}

/** The later deliveries of a subject are due together with the one that they wait for. */
async function moveLater(
  trx: Transaction<Schema>,
  earlier: EndpointKey & { readonly id: number; readonly subject: string },
  dueAt: number,
): Promise<void> {
  await trx
    .updateTable('event_deliveries')
    .set({ due_at: dueAt })
    .where(isOpen)
    .where('publication', '=', earlier.publication)
    .where('endpoint', '=', earlier.endpoint)
    .where('subject', '=', earlier.subject)
    .where('id', '>', earlier.id)
    .execute();
}

async function forget(
  trx: Transaction<Schema>,
  { before, limit }: { readonly before: number; readonly limit: number },
): Promise<number> {
  const old = await trx
    .selectFrom('events')
    .select('id')
    .where('at', '<', before)
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('event_deliveries')
            .select('event_deliveries.id')
            .whereRef('event_deliveries.event_id', '=', 'events.id')
            .where(isOpen),
        ),
      ),
    )
    .orderBy('at')
    .limit(limit)
    .execute();
  const ids = old.map(({ id }) => id);
  if (ids.length === 0) return 0;
  await trx.deleteFrom('event_deliveries').where('event_id', 'in', ids).execute();
  await trx.deleteFrom('events').where('id', 'in', ids).execute();
  return ids.length;
}
