import type { Kysely } from 'kysely';

import type { DeliveryState, Outcome, SubscriptionState } from '../../domain/delivery.ts';
import type { Schema } from '../schema.ts';

export interface ExplainedSubscription {
  readonly publication: string;
  readonly state: SubscriptionState;
  readonly source: string;
  readonly createdAt: number;
  readonly changedAt: number;
}

export interface ExplainedDelivery {
  readonly publication: string;
  readonly date: string;
  readonly revision: number;
  readonly state: DeliveryState;
  readonly outcome: Outcome | null;
  readonly reason: string;
  readonly attempts: number;
  readonly uncertainTimes: number;
  readonly nextAttemptAt: number | null;
  readonly relay: string | null;
  readonly replyCode: number | null;
  readonly enhanced: string | null;
  readonly replyText: string | null;
  readonly changedAt: number;
}

/** A published edition this person has no ledger row for, with what is needed to say why. */
export interface ExplainedAbsence {
  readonly publication: string;
  readonly date: string;
  readonly editionId: number;
  readonly publishedAt: number;
}

export interface Explanation {
  readonly subscriptions: readonly ExplainedSubscription[];
  /** Newest first. */
  readonly deliveries: readonly ExplainedDelivery[];
  /** Newest first. */
  readonly absences: readonly ExplainedAbsence[];
}

/** All that is known of one subscriber, at most `limit` editions of each kind. Times in epoch ms. */
export async function readExplanation(
  db: Kysely<Schema>,
  options: { readonly subscriberId: number; readonly limit: number },
): Promise<Explanation> {
  const { subscriberId, limit } = options;
  const subscriptions = await db
    .selectFrom('subscriptions')
    .innerJoin('publications', 'publications.id', 'subscriptions.publication_id')
    .select([
      'publications.slug as publication',
      'subscriptions.state',
      'subscriptions.source',
      'subscriptions.created_at as createdAt',
      'subscriptions.changed_at as changedAt',
    ])
    .where('subscriptions.subscriber_id', '=', subscriberId)
    .orderBy('publications.slug')
    .execute();
  const deliveries = await db
    .selectFrom('deliveries')
    .innerJoin('editions', 'editions.id', 'deliveries.edition_id')
    .innerJoin('publications', 'publications.id', 'editions.publication_id')
    .select([
      'publications.slug as publication',
      'editions.date',
      'deliveries.revision',
      'deliveries.state',
      'deliveries.outcome',
      'deliveries.reason',
      'deliveries.attempts',
      'deliveries.uncertain_times as uncertainTimes',
      'deliveries.next_attempt_at as nextAttemptAt',
      'deliveries.relay',
      'deliveries.reply_code as replyCode',
      'deliveries.enhanced',
      'deliveries.reply_text as replyText',
      'deliveries.changed_at as changedAt',
    ])
    .where('deliveries.subscriber_id', '=', subscriberId)
    .orderBy('editions.date', 'desc')
    .limit(limit)
    .execute();
  return { subscriptions, deliveries, absences: await readAbsences(db, options) };
}

async function readAbsences(
  db: Kysely<Schema>,
  options: { readonly subscriberId: number; readonly limit: number },
): Promise<readonly ExplainedAbsence[]> {
  const rows = await db
    .selectFrom('editions')
    .innerJoin('publications', 'publications.id', 'editions.publication_id')
    .innerJoin('subscriptions', (join) =>
      join
        .onRef('subscriptions.publication_id', '=', 'editions.publication_id')
        .on('subscriptions.subscriber_id', '=', options.subscriberId),
    )
    .leftJoin('deliveries', (join) =>
      join
        .onRef('deliveries.edition_id', '=', 'editions.id')
        .on('deliveries.subscriber_id', '=', options.subscriberId),
    )
    .select([
      'publications.slug as publication',
      'editions.date',
      'editions.id as editionId',
      'editions.published_at as publishedAt',
    ])
    .where('deliveries.edition_id', 'is', null)
    .where('editions.published_at', 'is not', null)
    .orderBy('editions.date', 'desc')
    .limit(options.limit)
    .execute();
  return rows.map((row) => ({ ...row, publishedAt: row.publishedAt ?? 0 }));
}
