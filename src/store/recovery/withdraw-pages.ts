import type { Transaction } from 'kysely';

import type { JournalEntry, RestoreReport } from '../../domain/journal.ts';
import type { Schema } from '../database/schema.ts';
import { record } from '../editions/edition-rows.ts';
import type { RestoredBy } from './hold-editions.ts';

export type PageEntry = Extract<JournalEntry, { readonly event: 'withdrawn' | 'corrected' }>;

/**
 * Withdraws pages again whose newest change since the backup is a withdrawal. A correction cannot be repeated, because
 * the journal does not have its text: it is listed, and a page that was withdrawn before it stays so.
 */
export async function withdrawPages(
  trx: Transaction<Schema>,
  pages: ReadonlyMap<string, PageEntry>,
  { now, actor }: RestoredBy,
): Promise<Pick<RestoreReport, 'withdrawnSince' | 'correctedSince'>> {
  const withdrawnSince: { publication: string; date: string }[] = [];
  const correctedSince: { publication: string; date: string }[] = [];
  for (const entry of pages.values()) {
    const { publication, date, at } = entry;
    const edition = await trx
      .selectFrom('editions')
      .innerJoin('publications', 'publications.id', 'editions.publication_id')
      .select('editions.id')
      .where('publications.slug', '=', publication)
      .where('editions.date', '=', date)
      .executeTakeFirst();
    if (edition === undefined || (await isKnown(trx, edition.id, entry))) continue;
    if (entry.event === 'corrected') {
      correctedSince.push({ publication, date });
      continue;
    }
    await trx
      .updateTable('editions')
      .set({ withdrawn_at: at, withdrawn_note: entry.note })
      .where('id', '=', edition.id)
      .execute();
    const detail = `its page was withdrawn at ${new Date(at).toISOString()}, after the backup`;
    await record(trx, edition.id, { at: now, event: 'restored', actor, detail });
    withdrawnSince.push({ publication, date });
  }
  return { withdrawnSince, correctedSince };
}

/** True if the backup has this change, or a later one. */
async function isKnown(trx: Transaction<Schema>, editionId: number, { at }: PageEntry): Promise<boolean> {
  const row = await trx
    .selectFrom('edition_events')
    .select('id')
    .where('edition_id', '=', editionId)
    .where('event', 'in', ['withdrawn', 'corrected'])
    .where('at', '>=', at)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}
