import type { Kysely, Selectable, Transaction } from 'kysely';

import type { EndpointKey, EventQuery, ListedEvent, StoredEvents } from '../../app/ports/events.ts';
import { isOpen } from '../database/leases.ts';
import type { Schema } from '../database/schema.ts';
import { inTransaction } from '../database/transaction.ts';
import { addEndpoint, newDelivery } from './assign-events.ts';
import { rowIdOf, toDelivery, toEvent } from './event-rows.ts';

export function createStoredEvents(db: Kysely<Schema>): StoredEvents {
  return {
    async newest({ limit, ...query }) {
      const rows = await select(db, query).orderBy('id', 'desc').limit(limit).execute();
      return withDeliveries(db, rows);
    },
    async page({ afterId, limit, ...query }) {
      const rows = await select(db, query).where('id', '>', afterId).orderBy('id').limit(limit).execute();
      return rows.map(toEvent);
    },
    async find(eventId) {
      const id = rowIdOf(eventId);
      if (id === undefined) return undefined;
      const row = await db.selectFrom('events').selectAll().where('id', '=', id).executeTakeFirst();
      if (row === undefined) return undefined;
      const [event] = await withDeliveries(db, [row]);
      return event?.eventId === eventId ? event : undefined;
    },
    replay: (key, options) => inTransaction(db, (trx) => replay(trx, key, options)),
    counts: () => readEventCounts(db),
  };
}

function select(db: Kysely<Schema>, { publication, type, state, since, until }: EventQuery) {
  let query = db.selectFrom('events').selectAll();
  if (publication !== undefined) query = query.where('publication', '=', publication);
  if (type !== undefined) query = query.where('type', '=', type);
  if (since !== undefined) query = query.where('at', '>=', since);
  if (until !== undefined) query = query.where('at', '<', until);
  if (state === undefined) return query;
  return query.where((eb) =>
    eb.exists(
      eb
        .selectFrom('event_deliveries')
        .select('event_deliveries.id')
        .whereRef('event_deliveries.event_id', '=', 'events.id')
        .where('event_deliveries.state', '=', state),
    ),
  );
}

async function withDeliveries(
  db: Kysely<Schema>,
  rows: readonly Selectable<Schema['events']>[],
): Promise<readonly ListedEvent[]> {
  if (rows.length === 0) return [];
  const ids = rows.map(({ id }) => id);
  const deliveries = await db
    .selectFrom('event_deliveries')
    .selectAll()
    .where('event_id', 'in', ids)
    .orderBy('id')
    .execute();
  const byEvent = Map.groupBy(deliveries, ({ event_id }) => event_id);
  return rows.map((row) => ({ ...toEvent(row), deliveries: (byEvent.get(row.id) ?? []).map(toDelivery) }));
}

async function replay(
  trx: Transaction<Schema>,
  { publication, endpoint }: EndpointKey,
  {
    events,
    failedOnly,
    now,
  }: { readonly events: readonly number[]; readonly failedOnly: boolean; readonly now: number },
): Promise<number> {
  if (events.length === 0) return 0;
  const rows = await trx
    .selectFrom('events')
    .select(['id', 'subject'])
    // What became of the last delivery to this endpoint.
    .select((eb) =>
      eb
        .selectFrom('event_deliveries')
        .select('state')
        .whereRef('event_deliveries.event_id', '=', 'events.id')
        .where('event_deliveries.endpoint', '=', endpoint)
        .orderBy('event_deliveries.id', 'desc')
        .limit(1)
        .as('last'),
    )
    .where('id', 'in', [...events])
    // Others are about to get their first delivery.
    .where('assigned', '=', 1)
    .where('publication', '=', publication)
    .orderBy('id')
    .execute();
  // One that waits is sent anyway.
  const wanted = rows.filter(({ last }) => (failedOnly ? last === 'failed' : last !== 'waiting'));
  if (wanted.length === 0) return 0;
  const ids = wanted.map(({ id }) => id);
  await trx
    .updateTable('event_deliveries')
    .set({ state: 'replayed' })
    .where('event_id', 'in', ids)
    .where('endpoint', '=', endpoint)
    .where('state', '=', 'failed')
    .execute();
  await addEndpoint(trx, { publication, endpoint });
  const added = wanted.map(({ id, subject }) =>
    newDelivery({ event_id: id, publication, endpoint, subject }, now),
  );
  await trx.insertInto('event_deliveries').values(added).execute();
  return added.length;
}

/** Reads the counts of each endpoint: what waits by the partial index `event_deliveries_open`. */
export async function readEventCounts(db: Kysely<Schema>): ReturnType<StoredEvents['counts']> {
  const waiting = db
    .selectFrom('event_deliveries')
    .select(['publication', 'endpoint', (eb) => eb.fn.countAll<number>().as('waiting')])
    .select((eb) => eb.fn.min<number>('created_at').as('oldest_at'))
    .where(isOpen)
    .groupBy(['publication', 'endpoint'])
    .as('open');
  const rows = await db
    .selectFrom('event_endpoints')
    .leftJoin(waiting, (join) =>
      join
        .onRef('open.publication', '=', 'event_endpoints.publication')
        .onRef('open.endpoint', '=', 'event_endpoints.endpoint'),
    )
    .select(['event_endpoints.publication', 'event_endpoints.endpoint', 'event_endpoints.delivered'])
    .select(['event_endpoints.failed', 'event_endpoints.stopped_at as stoppedAt'])
    .select(['open.waiting', 'open.oldest_at as oldestAt'])
    .orderBy('event_endpoints.publication')
    .orderBy('event_endpoints.endpoint')
    .execute();
  return rows.map(({ publication, endpoint, delivered, failed, stoppedAt, waiting: open, oldestAt }) => ({
    publication,
    endpoint,
    delivered,
    failed,
    waiting: open ?? 0,
    oldestAt: oldestAt ?? undefined,
    stoppedAt,
  }));
}
