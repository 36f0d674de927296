import { sql } from 'kysely';
import type { Kysely, Selectable, Transaction } from 'kysely';

import type { EndpointKey, EventOutbox } from '../../app/ports/events.ts';
import { isWanted } from '../../domain/events/event-types.ts';
import { giveUpAfterMs } from '../../domain/events/outgoing-event.ts';
import type { ClaimedEvent, EventEndpoint } from '../../domain/events/outgoing-event.ts';
import { raise } from '../alarms.ts';
import { claimRow, isOpen, ownsLease } from '../database/leases.ts';
import { lockUnassignedEvents } from '../database/locks.ts';
import type { Schema } from '../database/schema.ts';
import { slices } from '../database/slices.ts';
import { inTransaction } from '../database/transaction.ts';
import { toEvent, urlHash } from './event-rows.ts';
import { countEnded, givenUp, giveUp, giveUpOverdue } from './give-up.ts';

/** Events that are assigned in one transaction. */
const assignLimit = 500;

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
    assign: (publication, options) => inTransaction(db, (trx) => assign(trx, publication, options)),
    async endpointsDue(now) {
      return db
        .selectFrom('event_endpoints')
        .select(['publication', 'endpoint'])
        .where((eb) =>
          eb.exists(
            eb
              .selectFrom('event_deliveries')
              .select('id')
              .where(isOpen)
              .whereRef('event_deliveries.publication', '=', 'event_endpoints.publication')
              .whereRef('event_deliveries.endpoint', '=', 'event_endpoints.endpoint')
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

/** With a literal, not a bound value: otherwise SQLite does not use the partial index. */
const isUnassigned = sql<boolean>`assigned = 0`;

async function assign(
  trx: Transaction<Schema>,
  publication: string,
  { endpoints, now }: { readonly endpoints: readonly EventEndpoint[]; readonly now: number },
): Promise<number> {
  await lockUnassignedEvents(trx, publication);
  const events = await trx
    .selectFrom('events')
    .select(['id', 'type', 'subject'])
    .where(isUnassigned)
    .where('publication', '=', publication)
    .orderBy('id')
    .limit(assignLimit)
    .execute();
  if (events.length === 0) return 0;
  const ids = events.map(({ id }) => id);
  if (endpoints.length === 0) {
    await trx.deleteFrom('events').where('id', 'in', ids).execute();
    return ids.length;
  }
  await addEndpoints(
    trx,
    endpoints.map(({ name: endpoint }) => ({ publication, endpoint })),
  );
  const stopped = await readStopped(trx, publication);
  const rows = events.flatMap(({ id, type, subject }) =>
    endpoints
      .filter(({ types }) => isWanted(type, types))
      .map(({ name, url }) =>
        newDelivery(
          { event_id: id, publication, endpoint: name, subject },
          now,
          stopped.get(name) === urlHash(url),
        ),
      ),
  );
  for (const slice of slices(rows)) await trx.insertInto('event_deliveries').values(slice).execute();
  await trx.updateTable('events').set({ assigned: 1 }).where('id', 'in', ids).execute();
  return ids.length;
}

/** An endpoint has a row before it has a delivery: the search for what is due goes through these rows. */
export async function addEndpoints(trx: Transaction<Schema>, keys: readonly EndpointKey[]): Promise<void> {
  await trx
    .insertInto('event_endpoints')
    .values(keys.map((key) => ({ ...key, stopped_at: null })))
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** The columns of a delivery that is due now, or has failed already if its endpoint is stopped. */
export function newDelivery(
  about: {
    readonly event_id: number;
    readonly publication: string;
    readonly endpoint: string;
    readonly subject: string;
  },
  now: number,
  isStopped = false,
) {
  const open = { state: 'waiting', reason: '', done: 0, settled_at: null } as const;
  const fate = isStopped ? givenUp('the endpoint is stopped', now) : open;
  return { ...about, ...fate, epoch: 0, created_at: now, give_up_at: now + giveUpAfterMs, due_at: now };
}

async function readStopped(
  trx: Transaction<Schema>,
  publication: string,
): Promise<ReadonlyMap<string, string>> {
  const rows = await trx
    .selectFrom('event_endpoints')
    .select(['endpoint', 'stopped_url'])
    .where('publication', '=', publication)
    .where('stopped_at', 'is not', null)
    .execute();
  return new Map(rows.map(({ endpoint, stopped_url }) => [endpoint, stopped_url]));
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
