import { sql } from 'kysely';
import type { Kysely, Transaction } from 'kysely';

import type { ScheduledSends, SubscriberZones } from '../../app/ports/schedule.ts';
import type { Edition, EditionEvent } from '../../domain/editions/edition.ts';
import { decideApproved } from '../../domain/schedule/schedule.ts';
import { raise } from '../alarms.ts';
import { lockEdition } from '../database/locks.ts';
import type { Schema } from '../database/schema.ts';
import { inTransaction } from '../database/transaction.ts';
import { addDraft, record, refuseRestored, refuseTransition, toEdition } from '../editions/edition-rows.ts';

export function createScheduledSends(db: Kysely<Schema>): ScheduledSends & SubscriberZones {
  return {
    due: (now) => due(db, now),
    schedule: (editionId, event) => steer(db, editionId, { state: 'scheduled', on_hold: 0, event }),
    hold: (editionId, event) => steer(db, editionId, { state: 'approved', on_hold: 1, event }),
    miss: (missing) => inTransaction(db, (trx) => miss(trx, missing)),
    subscribersSince: (publicationId) => subscribersSince(db, publicationId),
    subscriberZones: (publicationId) => subscriberZones(db, publicationId),
  };
}

async function due(
  db: Kysely<Schema>,
  now: number,
): Promise<readonly { readonly slug: string; readonly edition: Edition }[]> {
  const rows = await db
    .selectFrom('editions')
    .innerJoin('publications', 'publications.id', 'editions.publication_id')
    .selectAll('editions')
    .select('publications.slug')
    // Written like the condition of the partial index `editions_waiting`: otherwise SQLite does not use it.
    .where(sql<boolean>`editions.state in ('approved', 'scheduled')`)
    .where('editions.send_at', '<=', now)
    .orderBy('editions.send_at')
    .execute();
  return rows.map(({ slug, ...row }) => ({ slug, edition: toEdition(row) }));
}

async function steer(
  db: Kysely<Schema>,
  editionId: number,
  to: { readonly state: 'approved' | 'scheduled'; readonly on_hold: 0 | 1; readonly event: EditionEvent },
): Promise<Edition> {
  return inTransaction(db, async (trx) => {
    const row = await lockEdition(trx, { id: editionId });
    refuseRestored(toEdition(row));
    if (row.state === to.state && row.on_hold === to.on_hold) return toEdition(row);
    if (row.state !== to.state) refuseTransition(row, to.state);
    const { state, on_hold } = to;
    await trx.updateTable('editions').set({ state, on_hold }).where('id', '=', editionId).execute();
    await record(trx, editionId, to.event);
    return toEdition({ ...row, state, on_hold });
  });
}

/** Checks again in this transaction: the edition may have been sent or approved since. */
async function miss(
  trx: Transaction<Schema>,
  { publicationId, date, event, alarm }: Parameters<ScheduledSends['miss']>[0],
): Promise<boolean> {
  await addDraft(trx, { publicationId, date, createdAt: event.at });
  const edition = toEdition(await lockEdition(trx, { publicationId, date }));
  const isMissed = edition.state === 'draft' || decideApproved(edition, event.at).kind === 'miss';
  if (!isMissed) return false;
  await trx.updateTable('editions').set({ state: 'missed' }).where('id', '=', edition.id).execute();
  await record(trx, edition.id, event);
  await raise(trx, alarm);
  return true;
}

/** Returns when the active subscription with the lowest subscriber id began; undefined if none is active. */
async function subscribersSince(db: Kysely<Schema>, publicationId: number): Promise<number | undefined> {
  const row = await db
    .selectFrom('subscriptions')
    .select('created_at')
    .where('publication_id', '=', publicationId)
    .where('state', '=', 'active')
    .orderBy('subscriber_id')
    .limit(1)
    .executeTakeFirst();
  return row?.created_at;
}

/** Reads through all subscribers: about half a second for a million. */
async function subscriberZones(db: Kysely<Schema>, publicationId: number): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('subscriptions')
    .innerJoin('subscribers', 'subscribers.id', 'subscriptions.subscriber_id')
    .select('subscribers.time_zone as zone')
    .distinct()
    .where('subscriptions.publication_id', '=', publicationId)
    .where('subscriptions.state', '=', 'active')
    .where('subscribers.time_zone', 'is not', null)
    .execute();
  return rows.flatMap(({ zone }) => (zone === null ? [] : [zone]));
}
