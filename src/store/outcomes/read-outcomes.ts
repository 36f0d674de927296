import { sql } from 'kysely';
import type { Kysely } from 'kysely';

import type { Outcome } from '../../domain/outcome.ts';
import type { OutcomeCount } from '../../domain/sending/delivery.ts';
import type { SignupOutcomeCount } from '../../domain/signup/transactional-mail.ts';
import type { IsoDate } from '../../domain/units.ts';
import type { Schema } from '../database/schema.ts';

/**
 * Counts the deliveries of the newest editions, or of one day's, by date, publication, outcome and reason; newest
 * date first.
 */
export async function readOutcomes(
  db: Kysely<Schema>,
  options: { readonly publicationId?: number; readonly editions: number; readonly day?: IsoDate },
): Promise<readonly OutcomeCount[]> {
  const recent = db
    .selectFrom('editions')
    .innerJoin('publications', 'publications.id', 'editions.publication_id')
    .select(['editions.id', 'editions.date', 'publications.slug'])
    .where('editions.published_at', 'is not', null)
    .$if(options.publicationId !== undefined, (query) =>
      query.where('editions.publication_id', '=', options.publicationId ?? 0),
    )
    .$if(options.day !== undefined, (query) => query.where('editions.date', '=', options.day ?? ''))
    .orderBy('editions.date', 'desc')
    // Of one day there is one edition per publication, and all of them are asked for.
    .$if(options.day === undefined, (query) => query.limit(options.editions));
  const rows = await db
    .selectFrom(recent.as('edition'))
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
  options: { readonly publicationId?: number; readonly days: number; readonly day?: IsoDate },
): Promise<readonly SignupOutcomeCount[]> {
  const { publicationId } = options;
  const recent = db
    .selectFrom('signup_outcomes')
    .select('day')
    .distinct()
    .$if(publicationId !== undefined, (query) => query.where('publication_id', '=', publicationId ?? 0))
    .$if(options.day !== undefined, (query) => query.where('day', '=', options.day ?? ''))
    .orderBy('day', 'desc')
    .limit(options.days);
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
