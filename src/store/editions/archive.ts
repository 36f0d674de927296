import { sql } from 'kysely';
import type { Kysely } from 'kysely';

import type { ArchiveEntry, ArchivedEdition, ArchiveQuery } from '../../domain/editions/archived-edition.ts';
import type { EditionPage } from '../../domain/editions/edition-page.ts';
import type { EditionState } from '../../domain/editions/edition.ts';
import type { Schema } from '../database/schema.ts';

/** An edition cancelled while sending is withdrawn from the web, although some recipients have it. */
const publicStates: readonly EditionState[] = ['sending', 'paused', 'sent'];

/** Editions that went out or are going out, newest first. */
export async function readArchive(db: Kysely<Schema>, query: ArchiveQuery): Promise<readonly ArchiveEntry[]> {
  const rows = await publicEditions(db, query).execute();
  return rows.map((row) => toEntry(row));
}

/** The same with their pages, in the revision that is sent, and with the times of corrections. */
export async function readArchivedEditions(
  db: Kysely<Schema>,
  query: ArchiveQuery,
): Promise<readonly ArchivedEdition[]> {
  const rows = await publicEditions(db, query).select('revisions.page').execute();
  const corrections = await readCorrections(
    db,
    rows.map(({ id }) => id),
  );
  return rows.map((row) => {
    const { date, subject, changedAt } = toEntry(row);
    const page = JSON.parse(row.page) as EditionPage;
    const { publishedAt } = row;
    return { date, subject, changedAt, publishedAt, page, corrections: corrections.get(row.id) ?? [] };
  });
}

interface EntryRow {
  readonly date: string;
  readonly subject: string;
  readonly publishedAt: number;
  readonly approvedAt: number;
}

function toEntry({ date, subject, publishedAt, approvedAt }: EntryRow): ArchiveEntry {
  return { date, subject, changedAt: Math.max(publishedAt, approvedAt) };
}

/** Walks the unique index on publication and date from `before` downwards. */
function publicEditions(db: Kysely<Schema>, { publicationId, before, date, limit }: ArchiveQuery) {
  return (
    db
      .selectFrom('editions')
      .innerJoin('revisions', (join) =>
        join
          .onRef('revisions.edition_id', '=', 'editions.id')
          .onRef('revisions.revision', '=', 'editions.revision'),
      )
      .select([
        'editions.id',
        'editions.date',
        'revisions.subject',
        sql<number>`editions.published_at`.as('publishedAt'),
        'revisions.approved_at as approvedAt',
      ])
      .where('editions.publication_id', '=', publicationId)
      .where('editions.published_at', 'is not', null)
      .where('editions.state', 'in', publicStates)
      // Revisions from before there were pages.
      .where('revisions.page', '<>', '')
      .$if(before !== undefined, (query) => query.where('editions.date', '<', before ?? ''))
      .$if(date !== undefined, (query) => query.where('editions.date', '=', date ?? ''))
      .orderBy('editions.date', 'desc')
      .limit(limit)
  );
}

async function readCorrections(
  db: Kysely<Schema>,
  editionIds: readonly number[],
): Promise<ReadonlyMap<number, readonly number[]>> {
  if (editionIds.length === 0) return new Map();
  const rows = await db
    .selectFrom('revisions')
    .innerJoin('editions', 'editions.id', 'revisions.edition_id')
    .select(['revisions.edition_id', 'revisions.approved_at'])
    .where('revisions.edition_id', 'in', editionIds)
    .whereRef('revisions.revision', '<=', 'editions.revision')
    .whereRef('revisions.approved_at', '>', 'editions.published_at')
    .orderBy('revisions.edition_id')
    .orderBy('revisions.revision')
    .execute();
  const byEdition = Map.groupBy(rows, (row) => row.edition_id);
  return new Map([...byEdition].map(([id, found]) => [id, found.map((row) => row.approved_at)]));
}
