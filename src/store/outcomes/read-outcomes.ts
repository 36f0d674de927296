import { sql } from 'kysely';
import type { Kysely } from 'kysely';

import { namesDays } from '../../domain/outcome-ranges.ts';
import type { EditionRange, SignupRange } from '../../domain/outcome-ranges.ts';
import type { Outcome } from '../../domain/outcome.ts';
import type { OutcomeCount } from '../../domain/sending/delivery.ts';
import type { SignupOutcomeCount } from '../../domain/signup/transactional-mail.ts';
import type { Schema } from '../database/schema.ts';
import { recentEditions } from './recent-editions.ts';
import type { NothingLeft } from './recent-editions.ts';

/**
 * Counts the deliveries of the newest editions, or of all those of the named days, by date, publication, outcome and
 * reason; newest date first.
 */
export async function readOutcomes(
  db: Kysely<Schema>,
  range: EditionRange,
): Promise<readonly OutcomeCount[]> {
  const { editions, others } = recentEditions(db, range);
  const { reason, ...unapplied } = others;
  unapplied satisfies NothingLeft;
  const rows = await db
    .selectFrom(editions.as('edition'))
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
    .$if(reason !== undefined, (query) => query.where('edition_counts.reason', '=', reason ?? ''))
    .groupBy(['edition.date', 'edition.slug', 'edition_counts.outcome', 'edition_counts.reason'])
    .having(sql<boolean>`sum(edition_counts.recipients) <> 0`)
    .orderBy('edition.date', 'desc')
    .orderBy('edition.slug')
    .orderBy('count', 'desc')
    .execute();
  return rows;
}

/**
 * How attempts to sign up ended, by day, publication, outcome and reason, on the named days, or on the newest ones on
 * which any did; newest day first. Its subquery walks the primary key downwards, and ends with the day it seeks.
 */
export async function readSignupOutcomes(
  db: Kysely<Schema>,
  range: SignupRange,
): Promise<readonly SignupOutcomeCount[]> {
  const { publicationId, day, from, to, reason, days, ...unapplied } = range;
  unapplied satisfies NothingLeft;
  const recent = db
    .selectFrom('signup_outcomes')
    .select('day')
    .distinct()
    .$if(publicationId !== undefined, (query) => query.where('publication_id', '=', publicationId ?? 0))
    .$if(day !== undefined, (query) => query.where('day', '=', day ?? ''))
    .$if(from !== undefined, (query) => query.where('day', '>=', from ?? ''))
    .$if(to !== undefined, (query) => query.where('day', '<=', to ?? ''))
    .orderBy('day', 'desc')
    .$if(!namesDays(range), (query) => query.limit(days));
  return db
    .selectFrom(recent.as('recent'))
    .innerJoin('signup_outcomes', 'signup_outcomes.day', 'recent.day')
    .innerJoin('publications', 'publications.id', 'signup_outcomes.publication_id')
    .select(['signup_outcomes.day', 'publications.slug as publication', 'signup_outcomes.outcome'])
    .select(['signup_outcomes.reason', 'signup_outcomes.attempts'])
    .$if(publicationId !== undefined, (query) =>
      query.where('signup_outcomes.publication_id', '=', publicationId ?? 0),
    )
    .$if(reason !== undefined, (query) => query.where('signup_outcomes.reason', '=', reason ?? ''))
    .orderBy('signup_outcomes.day', 'desc')
    .orderBy('publications.slug')
    .orderBy('signup_outcomes.attempts', 'desc')
    .orderBy('signup_outcomes.reason')
    .execute();
}
