import { sql } from 'kysely';
import type { Kysely } from 'kysely';

import type { EditionRange, SignupRange } from '../../domain/outcome-ranges.ts';
import type { Outcome } from '../../domain/outcome.ts';
import type { OutcomeCount } from '../../domain/sending/delivery.ts';
import type { SignupOutcomeCount } from '../../domain/signup/transactional-mail.ts';
import type { Schema } from '../database/schema.ts';
import { recentEditions } from './recent-editions.ts';

/**
 * Counts the deliveries of the newest editions, or of one day's, by date, publication, outcome and reason; newest
 * date first.
 */
export async function readOutcomes(
  db: Kysely<Schema>,
  range: EditionRange,
): Promise<readonly OutcomeCount[]> {
  const rows = await db
    .selectFrom(recentEditions(db, range).as('edition'))
    .innerJoin('edition_counts', 'edition_counts.edition_id', 'edition.id')
    .select([
      'edition.date',
      'edition.slug as publication',
      sql<Outcome>`edition_counts.outcome`.as('outcome'),
      'edition_counts.reason',
      // PostgreSQL adds up to a numeric, which arrives as text.
      sql<number>`cast(sum(edition_counts.recipients) as bigint)`.as('count'),
    ])
    .where('edition_counts.outcome', '<>', '')
    .groupBy(['edition.date', 'edition.slug', 'edition_counts.outcome', 'edition_counts.reason'])
    .having(sql<boolean>`sum(edition_counts.recipients) <> 0`)
    .orderBy('edition.date', 'desc')
    .orderBy('edition.slug')
    .orderBy('count', 'desc')
    .execute();
  return rows;
}

/**
 * How attempts to sign up ended, by day, publication, outcome and reason, on the newest days on which any
 * did; newest day first. Its subquery walks the primary key downwards, and ends with the day it seeks.
 */
export async function readSignupOutcomes(
  db: Kysely<Schema>,
  range: SignupRange,
): Promise<readonly SignupOutcomeCount[]> {
  const { publicationId, day, days, ...others } = range;
  // A filter that is not applied below is a type error here.
  others satisfies Record<string, never>;
  const recent = db
    .selectFrom('signup_outcomes')
    .select('day')
    .distinct()
    .$if(publicationId !== undefined, (query) => query.where('publication_id', '=', publicationId ?? 0))
    .$if(day !== undefined, (query) => query.where('day', '=', day ?? ''))
    .orderBy('day', 'desc')
    .limit(days);
  return db
    .selectFrom(recent.as('recent'))
    .innerJoin('signup_outcomes', 'signup_outcomes.day', 'recent.day')
    .innerJoin('publications', 'publications.id', 'signup_outcomes.publication_id')
    .select(['signup_outcomes.day', 'publications.slug as publication', 'signup_outcomes.outcome'])
    .select(['signup_outcomes.reason', 'signup_outcomes.attempts'])
    .$if(publicationId !== undefined, (query) =>
      query.where('signup_outcomes.publication_id', '=', publicationId ?? 0),
    )
    .orderBy('signup_outcomes.day', 'desc')
    .orderBy('publications.slug')
    .orderBy('signup_outcomes.attempts', 'desc')
    .orderBy('signup_outcomes.reason')
    .execute();
}
