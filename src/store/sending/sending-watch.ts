import { sql } from 'kysely';
import type { Kysely } from 'kysely';

import type { SendingWatch } from '../../app/ports/ledger.ts';
import { integer } from '../database/dialect.ts';
import type { Schema } from '../database/schema.ts';

export function createSendingWatch(db: Kysely<Schema>): SendingWatch {
  return {
    dueEditions: async (now) =>
      db
        .selectFrom('editions')
        .innerJoin('publications', 'publications.id', 'editions.publication_id')
        .innerJoin('batches', 'batches.edition_id', 'editions.id')
        .select(['editions.id as editionId', 'publications.slug as publication', 'editions.date'])
        .select((eb) => eb.fn.min('batches.due_at').as('dueSince'))
        .where('editions.state', '=', 'sending')
        .where('batches.done', '=', sql.lit(0))
        .where('batches.due_at', '<=', now)
        .groupBy(['editions.id', 'publications.slug', 'editions.date'])
        .execute(),
    async hasAcceptedSince(editionId, since) {
      const { rows } = await sql`
        select 1 from deliveries where edition_id = ${integer(editionId)} and state = 'accepted'
          and changed_at > ${integer(since)} limit 1`.execute(db);
      return rows.length > 0;
    },
  };
}
