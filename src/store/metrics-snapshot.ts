import { setImmediate as turn } from 'node:timers/promises';

import { sql } from 'kysely';
import type { Kysely } from 'kysely';

import type { MetricsSnapshot, OpenWork } from '../domain/metrics-snapshot.ts';
import type { Outcome } from '../domain/outcome.ts';
import type { DeliveryState } from '../domain/sending/delivery.ts';
import { countAlarms } from './alarms.ts';
import type { Schema } from './database/schema.ts';
import { countKept } from './feedback/kept-messages.ts';
import { readFeedbackCounts, readInboundCounts } from './feedback/read-feedback.ts';
import { createHeartbeats } from './heartbeats.ts';

interface Counts {
  readonly outcomes: ReadonlyMap<Outcome, number>;
  readonly states: ReadonlyMap<DeliveryState, number>;
}

/**
 * Reads the figures, as often as a monitor likes: batches that are done are counted once and remembered,
 * and between two batches other work of this process can run. Counting a million recipients
 * at once would block SQLite, and with it every page, for 0.2 s.
 */
export function createMetricsSnapshot(
  db: Kysely<Schema>,
  options: { readonly now: () => number } = { now: Date.now },
): () => Promise<MetricsSnapshot> {
  let remembered: ReadonlyMap<number, Counts> = new Map();
  return async () => {
    const seen = new Map<number, Counts>();
    const deliveries: MetricsSnapshot['deliveries'][number][] = [];
    const feedback: MetricsSnapshot['feedback'][number][] = [];
    const openEditions: MetricsSnapshot['openEditions'][number][] = [];
    for (const edition of await shownEditions(db)) {
      const total = new Map<Outcome, number>();
      const states = new Map<DeliveryState, number>();
      for (const batch of await batchesOf(db, edition.id)) {
        const counts = remembered.get(batch.id) ?? (await countBatch(db, edition.id, batch));
        if (batch.done === 1) seen.set(batch.id, counts);
        for (const [outcome, count] of counts.outcomes) add(total, outcome, count);
        for (const [state, count] of counts.states) add(states, state, count);
      }
      const { publication, date, intended, state } = edition;
      if (state === 'sending' || state === 'paused') {
        const final = finalStates.reduce((sum, one) => sum + (states.get(one) ?? 0), 0);
        const [deferred, uncertain] = [states.get('deferred') ?? 0, states.get('uncertain') ?? 0];
        openEditions.push({ publication, date, intended, pending: intended - final, deferred, uncertain });
      }
      if (edition.isNewest !== 1) continue;
      feedback.push({ publication, date, ...(await readFeedbackCounts(db, edition.id)) });
      for (const [outcome, count] of total) deliveries.push({ publication, date, outcome, count });
    }
    remembered = seen;
    const [signups, openSignups, openMails, alarms, workers, inbound, keptMessages] = await Promise.all([
      signupTotals(db),
      openWork(db, 'signups'),
      openWork(db, 'mails'),
      countAlarms(db),
      createHeartbeats(db).summary(options.now()),
      readInboundCounts(db),
      countKept(db),
    ]);
    return {
      signups,
      deliveries,
      feedback,
      inbound,
      keptMessages,
      openEditions,
      workers,
      openSignups,
      openMails,
      alarms,
    };
  };
}

const finalStates = ['accepted', 'failed', 'suppressed', 'uncertain'] as const;

function add<Key>(counts: Map<Key, number>, key: Key, count: number): void {
  counts.set(key, (counts.get(key) ?? 0) + count);
}

/** The newest edition of each publication, and all that are being sent or are paused. */
function shownEditions(db: Kysely<Schema>) {
  const newest = db
    .selectFrom('editions')
    .select(['publication_id', (eb) => eb.fn.max('published_at').as('published_at')])
    .where('published_at', 'is not', null)
    .groupBy('publication_id')
    .as('newest');
  return db
    .selectFrom('editions')
    .innerJoin(newest, 'newest.publication_id', 'editions.publication_id')
    .innerJoin('publications', 'publications.id', 'editions.publication_id')
    .select(['editions.id', 'editions.date', 'editions.state', 'editions.intended'])
    .select('publications.slug as publication')
    .select(
      sql<number>`case when newest.published_at = editions.published_at then 1 else 0 end`.as('isNewest'),
    )
    .where((eb) =>
      eb.or([
        eb('newest.published_at', '=', eb.ref('editions.published_at')),
        eb('editions.state', 'in', ['sending', 'paused']),
      ]),
    )
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
    .select(['state', 'outcome', (eb) => eb.fn.countAll<number>().as('count')])
    .where('edition_id', '=', editionId)
    .where('subscriber_id', '>=', first)
    .where('subscriber_id', '<=', last)
    .groupBy(['state', 'outcome'])
    .execute();
  const outcomes = new Map<Outcome, number>();
  const states = new Map<DeliveryState, number>();
  for (const { state, outcome, count } of rows) {
    // Rows without an outcome that are uncertain or deferred are sent again.
    if (outcome !== null || state === 'deferred') add(states, state, count);
    if (outcome !== null) add(outcomes, outcome, count);
  }
  return { outcomes, states };
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
