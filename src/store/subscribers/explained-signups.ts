import { sql } from 'kysely';
import type { Kysely } from 'kysely';

import type { ExplainedMail, ExplainedSignup } from '../../domain/explanation.ts';
import type { Schema } from '../database/schema.ts';

interface RequestedAddress {
  readonly canonical: string;
  /** Undefined if the address is unknown, or about to be added. */
  readonly subscriberId: number | undefined;
  readonly limit: number;
}

/** Attempts to sign up, newest first: those that are open, by address, and those that were decided. */
export async function readExplainedSignups(
  db: Kysely<Schema>,
  subscriber: RequestedAddress,
): Promise<readonly ExplainedSignup[]> {
  const columns = db
    .selectFrom('signups')
    .innerJoin('publications', 'publications.id', 'signups.publication_id')
    .select(['publications.slug as publication', 'signups.source', 'signups.outcome', 'signups.reason'])
    .select(['signups.created_at as createdAt', 'signups.changed_at as changedAt'])
    .orderBy('signups.created_at', 'desc')
    .limit(subscriber.limit);
  // By the index `signups_open_by_canonical`.
  const open = await columns
    .where('signups.canonical', '=', subscriber.canonical)
    .where((eb) => eb('signups.done', '=', eb.lit(0)))
    .execute();
  if (subscriber.subscriberId === undefined) return open;
  // By the index `signups_by_subscriber`.
  const decided = await columns
    .where('signups.subscriber_id', '=', subscriber.subscriberId)
    .where('signups.done', '=', 1)
    .execute();
  return [...open, ...decided].toSorted((a, b) => b.createdAt - a.createdAt).slice(0, subscriber.limit);
}

/** Transactional mails to this subscriber, newest first; by the index `mails_by_subscriber`. */
export function readExplainedMails(
  db: Kysely<Schema>,
  subscriber: { readonly subscriberId: number; readonly limit: number },
): Promise<readonly ExplainedMail[]> {
  return (
    db
      .selectFrom('mails')
      .innerJoin('publications', 'publications.id', 'mails.publication_id')
      .select(['publications.slug as publication', 'mails.kind', 'mails.state', 'mails.outcome'])
      .select(['mails.reason', 'mails.attempts', 'mails.uncertain_times as uncertainTimes'])
      .select(['mails.relay', 'mails.reply_code as replyCode', 'mails.enhanced'])
      .select(['mails.reply_text as replyText', 'mails.created_at as createdAt'])
      .select('mails.changed_at as changedAt')
      // Of a mail on the wire `due_at` is the end of a lease.
      .select(
        sql<number | null>`case when mails.done = 0 and mails.state <> 'in-flight' then mails.due_at end`.as(
          'nextAttemptAt',
        ),
      )
      .where('mails.subscriber_id', '=', subscriber.subscriberId)
      .orderBy('mails.created_at', 'desc')
      .limit(subscriber.limit)
      .execute()
  );
}
