import type { Transaction } from 'kysely';

import type { EndpointKey, EventOutbox } from '../../app/ports/events.ts';
import { raise } from '../alarms.ts';
import { isOpen } from '../database/leases.ts';
import type { Schema } from '../database/schema.ts';
import { givenUp } from './assign-events.ts';
import { urlHash } from './event-rows.ts';

/** Gives up all open deliveries of an endpoint, and with `stop` those of later events. */
export async function giveUp(
  trx: Transaction<Schema>,
  { publication, endpoint }: EndpointKey,
  { reason, now, stop }: Parameters<EventOutbox['giveUp']>[1],
): Promise<void> {
  const { numUpdatedRows } = await trx
    .updateTable('event_deliveries')
    .set(givenUp(reason, now))
    .where(isOpen)
    .where('publication', '=', publication)
    .where('endpoint', '=', endpoint)
    .executeTakeFirst();
  await countEnded(trx, { publication, endpoint }, { failed: Number(numUpdatedRows) });
  if (stop === undefined) return;
  await trx
    .updateTable('event_endpoints')
    .set({ stopped_url: urlHash(stop.url), stopped_at: now })
    .where('publication', '=', publication)
    .where('endpoint', '=', endpoint)
    .execute();
  await raise(trx, stop.alarm);
}

/** Gives up open deliveries that were tried, or could have been, for as long as events are tried. */
export async function giveUpOverdue(
  trx: Transaction<Schema>,
  { publication, endpoint }: EndpointKey,
  { reason, now, limit, alarm }: Parameters<EventOutbox['giveUpOverdue']>[1],
): Promise<number> {
  const overdue = trx
    .selectFrom('event_deliveries')
    .select('id')
    .where(isOpen)
    .where('publication', '=', publication)
    .where('endpoint', '=', endpoint)
    .where('give_up_at', '<=', now)
    .limit(limit);
  const { numUpdatedRows } = await trx
    .updateTable('event_deliveries')
    .set(givenUp(reason, now))
    .where('id', 'in', overdue)
    .where(isOpen)
    .executeTakeFirst();
  const failed = Number(numUpdatedRows);
  if (failed === 0) return 0;
  await countEnded(trx, { publication, endpoint }, { failed });
  await raise(trx, alarm);
  return failed;
}

/** Adds to what an endpoint was sent since the beginning. */
export async function countEnded(
  trx: Transaction<Schema>,
  { publication, endpoint }: EndpointKey,
  { delivered = 0, failed = 0 }: { readonly delivered?: number; readonly failed?: number },
): Promise<void> {
  await trx
    .updateTable('event_endpoints')
    .set((eb) => ({ delivered: eb('delivered', '+', delivered), failed: eb('failed', '+', failed) }))
    .where('publication', '=', publication)
    .where('endpoint', '=', endpoint)
    .execute();
}
