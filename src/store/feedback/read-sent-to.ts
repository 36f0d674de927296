import type { Kysely } from 'kysely';

import type { SentMessage } from '../../app/ports/feedback.ts';
import type { Schema } from '../database/schema.ts';

/** Reports come within days, and a daily letter has about sixty editions in the time that their addresses are valid. */
const maxMessages = 60;

/** Within `Feedback.sentTo`: by the indexes `deliveries_by_subscriber` and `mails_by_subscriber`. */
export async function readSentTo(db: Kysely<Schema>, canonical: string): Promise<readonly SentMessage[]> {
  const subscriber = await db
    .selectFrom('subscribers')
    .select('id')
    .where('canonical', '=', canonical)
    .executeTakeFirst();
  if (subscriber === undefined) return [];
  const { id: subscriberId } = subscriber;
  const deliveries = await db
    .selectFrom('deliveries')
    .select('edition_id as editionId')
    .where('subscriber_id', '=', subscriberId)
    .orderBy('edition_id', 'desc')
    .limit(maxMessages)
    .execute();
  const mails = await db
    .selectFrom('mails')
    .select('id as mailId')
    .where('subscriber_id', '=', subscriberId)
    .orderBy('id', 'desc')
    .limit(maxMessages)
    .execute();
  return [
    ...deliveries.map(({ editionId }) => ({ editionId, subscriberId })),
    ...mails.map(({ mailId }) => ({ editionId: 0, subscriberId, mailId })),
  ];
}
