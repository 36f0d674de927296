import { sql } from 'kysely';
import type { Kysely } from 'kysely';

import type {
  FeedbackCounts,
  FeedbackReason,
  InboundCount,
  StoredFeedback,
} from '../../domain/inbound/feedback.ts';
import type { EditionRange } from '../../domain/outcome-ranges.ts';
import type { IsoDate } from '../../domain/units.ts';
import { integer } from '../database/dialect.ts';
import type { Schema } from '../database/schema.ts';
import { recentEditions } from '../outcomes/recent-editions.ts';
import type { NothingLeft } from '../outcomes/recent-editions.ts';

/**
 * Counts an edition's accepted deliveries that bounced or were complained about: reads the reports, which are few, and
 * the ledger's rows of these. SQLite takes the tables of a cross join in this order; of another join it would read the
 * whole edition first.
 */
export async function readFeedbackCounts(db: Kysely<Schema>, editionId: number): Promise<FeedbackCounts> {
  const { rows } = await sql<{ readonly complained: number; readonly bounced: number }>`
    select cast(coalesce(sum(reported.complained), 0) as bigint) as complained,
      cast(coalesce(sum(1 - reported.complained), 0) as bigint) as bounced
    from (
      select subscriber_id, max(case when kind = 'complained' then 1 else 0 end) as complained
      from feedback where edition_id = ${integer(editionId)} group by subscriber_id
    ) as reported
    cross join deliveries
    where deliveries.edition_id = ${integer(editionId)} and deliveries.subscriber_id = reported.subscriber_id
      and deliveries.state = 'accepted'`.execute(db);
  return rows[0] ?? { bounced: 0, complained: 0 };
}

/** Counts the reports about the newest editions, or those of the named days, by reason. */
export async function readFeedbackReasons(
  db: Kysely<Schema>,
  range: EditionRange,
): Promise<readonly FeedbackReason[]> {
  const { editions, others } = recentEditions(db, range);
  const { reason, ...unapplied } = others;
  unapplied satisfies NothingLeft;
  return db
    .selectFrom(editions.as('edition'))
    .innerJoin('feedback', 'feedback.edition_id', 'edition.id')
    .select(['edition.date', 'edition.slug as publication', 'feedback.kind', 'feedback.class'])
    .select(['feedback.reason', (eb) => eb.fn.countAll<number>().as('count')])
    .$if(reason !== undefined, (query) => query.where('feedback.reason', '=', reason ?? ''))
    .groupBy(['edition.date', 'edition.slug', 'feedback.kind', 'feedback.class', 'feedback.reason'])
    .orderBy('edition.date', 'desc')
    .orderBy('edition.slug')
    .orderBy('count', 'desc')
    .orderBy('feedback.reason')
    .execute();
}

/** The reports about one subscriber's deliveries, newest first, by the index `feedback_by_subscriber`. */
export async function readSubscriberFeedback(
  db: Kysely<Schema>,
  options: { readonly subscriberId: number; readonly limit: number },
): Promise<readonly (StoredFeedback & { readonly publication: string; readonly date: IsoDate })[]> {
  return (
    db
      .selectFrom('feedback')
      .leftJoin('editions', 'editions.id', 'feedback.edition_id')
      .leftJoin('publications', 'publications.id', 'editions.publication_id')
      .select(['feedback.kind', 'feedback.class', 'feedback.reason', 'feedback.reply_code as replyCode'])
      .select(['feedback.enhanced', 'feedback.reply_text as text', 'feedback.times'])
      .select(['feedback.first_at as firstAt', 'feedback.last_at as lastAt'])
      // Transactional mail belongs to no edition.
      .select(sql<string>`coalesce(publications.slug, '')`.as('publication'))
      .select(sql<string>`coalesce(editions.date, '')`.as('date'))
      .where('feedback.subscriber_id', '=', options.subscriberId)
      .orderBy('feedback.edition_id', 'desc')
      .orderBy('feedback.kind')
      .limit(options.limit)
      .execute()
  );
}

export async function readInboundCounts(db: Kysely<Schema>): Promise<readonly InboundCount[]> {
  return (
    db
      .selectFrom('inbound_counts')
      .select(['kind', 'class'])
      // PostgreSQL adds up to a numeric, which arrives as text.
      .select(sql<number>`cast(sum(messages) as bigint)`.as('count'))
      .groupBy(['kind', 'class'])
      .orderBy('kind')
      .orderBy('class')
      .execute()
  );
}
