import { setImmediate as turn } from 'node:timers/promises';

import { sql } from 'kysely';
import type { Kysely } from 'kysely';

import type { MetricsSnapshot, OpenWork } from '../domain/metrics-snapshot.ts';
import type { Outcome } from '../domain/outcome.ts';
import { countAlarms } from './alarms.ts';
import type { Schema } from './database/schema.ts';

type Counts = ReadonlyMap<Outcome, number>;

/**
 * Reads the figures, as often as a monitor likes: batches that are done are counted once and remembered,
 * and between two batches other work of this process can run. Counting a million recipients
 * at once would block SQLite, and with it every page, for 0.2 s.
 */
export function createMetricsSnapshot(db: Kysely<Schema>): () => Promise<MetricsSnapshot> {
  let remembered: ReadonlyMap<number, Counts> = new Map();
  return async () => {
    const seen = new Map<number, Counts>();
    const deliveries: MetricsSnapshot['deliveries'][number][] = [];
    for (const edition of await newestEditions(db)) {
      const total = new Map<Outcome, number>();
      for (const batch of await batchesOf(db, edition.id)) {
        const counts = remembered.get(batch.id) ?? (await countBatch(db, edition.id, batch));
        if (batch.done === 1) seen.set(batch.id, counts);
        for (const [outcome, count] of counts) total.set(outcome, (total.get(outcome) ?? 0) + count);
      }
      const { publication, date } = edition;
      for (const [outcome, count] of total) deliveries.push({ publication, date, outcome, count });
    }
    remembered = seen;
    const [signups, openSignups, openMails, alarms] = await Promise.all([
      signupTotals(db),
      openWork(db, 'signups'),
      openWork(db, 'mails'),
      countAlarms(db),
    ]);
    return { signups, deliveries, openSignups, openMails, alarms };
  };
}

function newestEditions(db: Kysely<Schema>) {
  const newest = db
    .selectFrom('editions')
    .select(['publication_id', (eb) => eb.fn.max('published_at').as('published_at')])
    .where('published_at', 'is not', null)
    .groupBy('publication_id')
    .as('newest');
  return db
    .selectFrom('editions')
    .innerJoin(newest, (join) =>
      join
        .onRef('newest.publication_id', '=', 'editions.publication_id')
        .onRef('newest.published_at', '=', 'editions.published_at'),
    )
    .innerJoin('publications', 'publications.id', 'editions.publication_id')
    .select(['editions.id', 'editions.date', 'publications.slug as publication'])
    .orderBy('editions.id')
    .execute();
}

interface BatchRange {
  readonly id: number;
  readonly first: number;
  readonly last: number;
  readonly done: number;
}

function batchesOf(db: Kysely<Schema>, editionId: number): Promise<readonly BatchRange[]> {
  return db
    .selectFrom('batches')
    .select(['id', 'first_subscriber_id as first', 'last_subscriber_id as last', 'done'])
    .where('edition_id', '=', editionId)
    .orderBy('id')
    .execute();
}

/** A range scan of the ledger's primary key. */
async function countBatch(
  db: Kysely<Schema>,
  editionId: number,
  { first, last }: BatchRange,
): Promise<Counts> {
  await turn();
  const rows = await db
    .selectFrom('deliveries')
    .select([sql<Outcome>`outcome`.as('outcome'), (eb) => eb.fn.countAll<number>().as('count')])
    .where('edition_id', '=', editionId)
    .where('subscriber_id', '>=', first)
    .where('subscriber_id', '<=', last)
    .where('outcome', 'is not', null)
    .groupBy('outcome')
    .execute();
  return new Map(rows.map(({ outcome, count }) => [outcome, count]));
}

async function signupTotals(db: Kysely<Schema>): Promise<MetricsSnapshot['signups']> {
  const rows = await db
    .selectFrom('signup_outcomes')
    .innerJoin('publications', 'publications.id', 'signup_outcomes.publication_id')
    .select([
      'publications.slug as publication',
      'signup_outcomes.outcome',
      'signup_outcomes.reason',
      // PostgreSQL adds up to a numeric, which arrives as text.
      sql<number>`cast(sum(signup_outcomes.attempts) as bigint)`.as('attempts'),
    ])
    .groupBy(['publications.slug', 'signup_outcomes.outcome', 'signup_outcomes.reason'])
    .orderBy('publications.slug')
    .orderBy('signup_outcomes.outcome')
    .orderBy('signup_outcomes.reason')
    .execute();
  return rows;
}

/** By the partial indexes `signups_open` and `mails_open`. */
async function openWork(db: Kysely<Schema>, table: 'signups' | 'mails'): Promise<OpenWork> {
  const row = await db
    .selectFrom(table)
    .select([
      (eb) => eb.fn.countAll<number>().as('count'),
      (eb) => eb.fn.min<number | null>('created_at').as('oldestAt'),
    ])
    .where('done', '=', sql.lit(0))
    .executeTakeFirstOrThrow();
  return { count: row.count, oldestAt: row.oldestAt ?? undefined };
}
