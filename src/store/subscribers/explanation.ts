import type { Kysely } from 'kysely';

import type { ExplainedAbsence, Explanation, Waiting } from '../../domain/explanation.ts';
import { dayOf } from '../../domain/sending/warm-up.ts';
import type { WarmUpPlan, WarmUpRank } from '../../domain/sending/warm-up.ts';
import type { Schema } from '../database/schema.ts';
import { readSubscriberFeedback } from '../feedback/read-feedback.ts';
import { heldDueAt, seedDueAt } from '../sending/canaries.ts';
import { decodeSubscriberIds } from '../sending/subscriber-id-list.ts';
import { readExplainedMails, readExplainedSignups } from './explained-signups.ts';
import { readSubscriptions } from './subscribers.ts';

/**
 * All that is known of one address, at most `limit` of each kind. Times in epoch ms.
 *
 * @param options.subscriberId absent where there is no such subscriber: an attempt may still be open
 */
export async function readExplanation(
  db: Kysely<Schema>,
  options: {
    readonly canonical: string;
    readonly subscriberId: number | undefined;
    readonly limit: number;
  },
): Promise<Explanation> {
  const { subscriberId, limit } = options;
  const signups = await readExplainedSignups(db, options);
  if (subscriberId === undefined) {
    return { subscriptions: [], deliveries: [], feedback: [], absences: [], signups, mails: [] };
  }
  const subscriptions = await readSubscriptions(db, subscriberId);
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
  const absences = await readAbsences(db, { subscriberId, limit });
  const mails = await readExplainedMails(db, { subscriberId, limit });
  const feedback = await readSubscriberFeedback(db, { subscriberId, limit });
  return { subscriptions, deliveries, feedback, absences, signups, mails };
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
      'editions.canary_until as canaryUntil',
      'editions.warm_up as warmUp',
      'subscriptions.changed_at as confirmedAt',
    ])
    .where('deliveries.edition_id', 'is', null)
    .where('editions.published_at', 'is not', null)
    .orderBy('editions.date', 'desc')
    .limit(options.limit)
    .execute();
  const absences: ExplainedAbsence[] = [];
  for (const { editionId, publishedAt, canaryUntil, warmUp, confirmedAt, ...row } of rows) {
    const batch = await findBatch(db, { editionId, subscriberId: options.subscriberId });
    const rank = { confirmedAt, subscriberId: options.subscriberId };
    const plan = warmUp === '' ? undefined : (JSON.parse(warmUp) as WarmUpPlan);
    const waitsFor = batch === undefined ? undefined : waitingOf(batch.dueAt, { canaryUntil, plan, rank });
    const intended = batch !== undefined;
    absences.push({ ...row, publishedAt: publishedAt ?? 0, intended, ...(waitsFor && { waitsFor }) });
  }
  return absences;
}

/** Undefined if the recipient's batch is due, or was begun. */
function waitingOf(
  dueAt: number,
  {
    canaryUntil,
    plan,
    rank,
  }: {
    readonly canaryUntil: number | null;
    readonly plan: WarmUpPlan | undefined;
    readonly rank: WarmUpRank;
  },
): Waiting | undefined {
  if (dueAt === seedDueAt) return { kind: 'seeds' };
  if (dueAt === heldDueAt) return { kind: 'canary', at: canaryUntil ?? 0 };
  if (plan === undefined) return undefined;
  const day = dayOf(plan, rank);
  if (day === undefined) return { kind: 'skipped' };
  const at = plan.days[day]?.at ?? plan.publishedAt;
  return at > plan.publishedAt ? { kind: 'warm-up', at } : undefined;
}

async function findBatch(
  db: Kysely<Schema>,
  options: { readonly editionId: number; readonly subscriberId: number },
): Promise<{ readonly dueAt: number } | undefined> {
  const batch = await db
    .selectFrom('batches')
    .select(['subscriber_ids', 'due_at as dueAt'])
    .where('edition_id', '=', options.editionId)
    .where('first_subscriber_id', '<=', options.subscriberId)
    .orderBy('first_subscriber_id', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (batch === undefined || !decodeSubscriberIds(batch.subscriber_ids).includes(options.subscriberId))
    return undefined;
  return { dueAt: batch.dueAt };
}
