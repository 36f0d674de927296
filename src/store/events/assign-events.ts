import { sql } from 'kysely';
import type { Transaction } from 'kysely';

import type { EndpointKey } from '../../app/ports/events.ts';
import { isWanted } from '../../domain/events/event-types.ts';
import { giveUpAfterMs } from '../../domain/events/outgoing-event.ts';
import type { EventEndpoint } from '../../domain/events/outgoing-event.ts';
import { lockUnassignedEvents } from '../database/locks.ts';
import type { Schema } from '../database/schema.ts';
import { slices } from '../database/slices.ts';
import { urlHash } from './event-rows.ts';

/** Events that are assigned in one transaction. */
const assignLimit = 500;

/** With a literal, not a bound value: otherwise SQLite does not use the partial index. */
export const isUnassigned = sql<boolean>`assigned = 0`;

/** Within the transaction `trx`: see `EventOutbox.assign`. */
export async function assignEvents(
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
  for (const { name: endpoint } of endpoints) await addEndpoint(trx, { publication, endpoint });
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

/** Every endpoint with deliveries has a row. */
export async function addEndpoint(trx: Transaction<Schema>, key: EndpointKey): Promise<void> {
  await trx
    .insertInto('event_endpoints')
    .values({ publication: key.publication, endpoint: key.endpoint, stopped_at: null })
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

/** The columns of a delivery that is not tried any more. */
export function givenUp(reason: string, now: number) {
  return { state: 'failed', reason, done: 1, settled_at: now } as const;
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
