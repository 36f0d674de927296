import { sql } from 'kysely';
import type { Kysely } from 'kysely';

import { rateComplaints, ratedEditions } from '../../domain/inbound/complaint-rate.ts';
import type { ComplaintRate } from '../../domain/inbound/complaint-rate.ts';
import type { Schema } from '../database/schema.ts';

/** The event with which a person lets an edition be sent in spite of complaints; those before it no longer count. */
export const complaintsAccepted = 'complaints-accepted';

const dayMs = 86_400_000;

/**
 * Rates the complaints about a publication's newest editions; reads the counts that the database keeps and the
 * complaints, which are few.
 */
export async function readComplaintRate(
  db: Kysely<Schema>,
  { publicationId, now }: { readonly publicationId: number; readonly now: number },
): Promise<ComplaintRate> {
  const editions = await db
    .selectFrom('editions')
    .select('id')
    .where('publication_id', '=', publicationId)
    .where('published_at', '>', now - ratedEditions.days * dayMs)
    .orderBy('published_at', 'desc')
    .limit(ratedEditions.count)
    .execute();
  const ids = editions.map(({ id }) => id);
  if (ids.length === 0) return rateComplaints([]);
  const accepted = await countAccepted(db, ids);
  const complained = await countComplaints(db, ids, await acceptedUntil(db, publicationId));
  return rateComplaints(
    ids.map((id) => ({ accepted: accepted.get(id) ?? 0, complained: complained.get(id) ?? 0 })),
  );
}

async function countAccepted(
  db: Kysely<Schema>,
  editionIds: readonly number[],
): Promise<ReadonlyMap<number, number>> {
  const rows = await db
    .selectFrom('edition_counts')
    .select(['edition_id as id', sql<number>`cast(sum(recipients) as bigint)`.as('accepted')])
    .where('edition_id', 'in', editionIds)
    .where('state', '=', 'accepted')
    .groupBy('edition_id')
    .execute();
  return new Map(rows.map(({ id, accepted }) => [id, accepted]));
}

/** By the primary key of `feedback`. */
async function countComplaints(
  db: Kysely<Schema>,
  editionIds: readonly number[],
  since: number,
): Promise<ReadonlyMap<number, number>> {
  const rows = await db
    .selectFrom('feedback')
    .select(['edition_id as id', (eb) => eb.fn.countAll<number>().as('complained')])
    .where('edition_id', 'in', editionIds)
    .where('kind', '=', 'complained')
    .where('first_at', '>', since)
    .groupBy('edition_id')
    .execute();
  return new Map(rows.map(({ id, complained }) => [id, complained]));
}

/** Until when a person has seen the complaints, in epoch milliseconds; 0 if never. */
async function acceptedUntil(db: Kysely<Schema>, publicationId: number): Promise<number> {
  const row = await db
    .selectFrom('edition_events')
    .innerJoin('editions', 'editions.id', 'edition_events.edition_id')
    .select((eb) => eb.fn.max<number | null>('edition_events.at').as('at'))
    .where('edition_events.event', '=', complaintsAccepted)
    .where('edition_events.edition_id', 'in', (eb) =>
      eb
        .selectFrom('editions as newest')
        .select('newest.id')
        .where('newest.publication_id', '=', publicationId)
        .orderBy('newest.date', 'desc')
        .limit(newestDates),
    )
    .executeTakeFirst();
  return row?.at ?? 0;
}

/** Dates whose events are looked through: more than can have an edition in `ratedEditions.days` and the week ahead. */
const newestDates = 60;
