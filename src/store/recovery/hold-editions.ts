import type { Transaction } from 'kysely';

import type { JournalEntry, RestoreReport } from '../../domain/journal.ts';
import type { Schema } from '../database/schema.ts';
import { addDraft, record, restoredHold } from '../editions/edition-rows.ts';

export interface RestoredBy {
  readonly now: number;
  readonly actor: string;
}

const unfinished = ['approved', 'scheduled', 'sending', 'paused'] as const;

/** Nothing goes out that may have been sent after the backup was made. */
export async function holdUnfinished(
  trx: Transaction<Schema>,
  { now, actor }: RestoredBy,
): Promise<RestoreReport['onHold']> {
  const rows = await trx
    .selectFrom('editions')
    .innerJoin('publications', 'publications.id', 'editions.publication_id')
    .select(['editions.id', 'editions.date', 'editions.state', 'publications.slug as publication'])
    .where('editions.state', 'in', unfinished)
    .orderBy('editions.id')
    .execute();
  for (const { id, state } of rows) {
    const isUnderway = state === 'sending' || state === 'paused';
    await trx
      .updateTable('editions')
      .set({ state: isUnderway ? 'paused' : 'approved', on_hold: restoredHold })
      .where('id', '=', id)
      .execute();
    await record(trx, id, { at: now, event: 'restored', actor, detail: `${state} in the backup` });
  }
  return rows.map(({ publication, date, state }) => ({ publication, date, state }));
}

/** Editions that were published after the backup must not be approved and sent again unnoticed. */
export async function holdPublished(
  trx: Transaction<Schema>,
  published: ReadonlyMap<string, JournalEntry & { readonly event: 'published' }>,
  { now, actor }: RestoredBy,
): Promise<RestoreReport['publishedSince']> {
  const held: { readonly publication: string; readonly date: string }[] = [];
  for (const { publication, date, at } of published.values()) {
    const found = await trx
      .selectFrom('publications')
      .select('id')
      .where('slug', '=', publication)
      .executeTakeFirst();
    const publicationId =
      found?.id ??
      (
        await trx
          .insertInto('publications')
          .values({ slug: publication })
          .returning('id')
          .executeTakeFirstOrThrow()
      ).id;
    await addDraft(trx, { publicationId, date, createdAt: now });
    const edition = await trx
      .selectFrom('editions')
      .select(['id', 'published_at'])
      .where('publication_id', '=', publicationId)
      .where('date', '=', date)
      .executeTakeFirstOrThrow();
    if (edition.published_at !== null) continue;
    await trx.updateTable('editions').set({ on_hold: restoredHold }).where('id', '=', edition.id).execute();
    const detail = `published at ${new Date(at).toISOString()}, after the backup`;
    await record(trx, edition.id, { at: now, event: 'restored', actor, detail });
    held.push({ publication, date });
  }
  return held;
}
