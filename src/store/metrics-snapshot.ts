import { sql } from 'kysely';
import type { Kysely } from 'kysely';

import { shareOf } from '../domain/inbound/complaint-rate.ts';
import type { MetricsSnapshot, OpenWork } from '../domain/metrics-snapshot.ts';
import { isSlowed } from '../domain/sending/provider-pace.ts';
import { countAlarms } from './alarms.ts';
import type { Schema } from './database/schema.ts';
import { readEventCounts } from './events/stored-events.ts';
import { readComplaintRate } from './feedback/complaint-rate.ts';
import { readBacklog } from './feedback/hooks.ts';
import { countKept } from './feedback/kept-messages.ts';
import { readFeedbackCounts, readInboundCounts } from './feedback/read-feedback.ts';
import { createHeartbeats } from './heartbeats.ts';
import { readCounts, sumOf } from './sending/counts.ts';
import { createProviderPaces } from './sending/provider-paces.ts';

/** Reads the figures, as often as a monitor likes: of editions only the counts that the database keeps. */
export function createMetricsSnapshot(
  db: Kysely<Schema>,
  options: { readonly now: () => number } = { now: Date.now },
): () => Promise<MetricsSnapshot> {
  return async () => {
    const deliveries: MetricsSnapshot['deliveries'][number][] = [];
    const feedback: MetricsSnapshot['feedback'][number][] = [];
    const complaints: MetricsSnapshot['complaints'][number][] = [];
    const openEditions: MetricsSnapshot['openEditions'][number][] = [];
    for (const edition of await shownEditions(db)) {
      const { publication, date, intended, state } = edition;
      const counts = await readCounts(db, edition.id);
      const ended = counts.filter(({ outcome }) => outcome !== '');
      if (state === 'sending' || state === 'paused') {
        const deferred = sumOf(counts.filter((row) => row.state === 'deferred'));
        const uncertain = sumOf(ended.filter((row) => row.state === 'uncertain'));
        const pending = intended - sumOf(ended);
        openEditions.push({ publication, date, intended, pending, deferred, uncertain });
      }
      if (edition.isNewest !== 1) continue;
      feedback.push({ publication, date, ...(await readFeedbackCounts(db, edition.id)) });
      const rate = await readComplaintRate(db, { publicationId: edition.publicationId, now: options.now() });
      complaints.push({ publication, share: shareOf(rate), isHalted: rate.level === 'halt' });
      for (const [outcome, rows] of Map.groupBy(ended, (row) => row.outcome)) {
        if (outcome !== '') deliveries.push({ publication, date, outcome, count: sumOf(rows) });
      }
    }
    const [signups, openSignups, openMails, alarms, workers, inbound, keptMessages, backlog, events, paces] =
      await Promise.all([
        signupTotals(db),
        openWork(db, 'signups'),
        openWork(db, 'mails'),
        countAlarms(db),
        createHeartbeats(db).summary(options.now()),
        readInboundCounts(db),
        countKept(db),
        readBacklog(db),
        readEventCounts(db),
        createProviderPaces(db, options).all(),
      ]);
    return {
      signups,
      deliveries,
      feedback,
      complaints,
      inbound,
      keptMessages,
      waitingHooks: backlog.requests,
      events,
      openEditions,
      slowedProviders: paces
        .filter((pace) => isSlowed(pace, options.now()))
        .map(({ group, pausedUntil }) => ({ provider: group, pausedUntil })),
      workers,
      openSignups,
      openMails,
      alarms,
    };
  };
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
    .select(['publications.slug as publication', 'editions.publication_id as publicationId'])
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
