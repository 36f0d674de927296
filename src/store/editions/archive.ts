import { sql } from 'kysely';
import type { Kysely } from 'kysely';

import type {
  ArchiveEntry,
  ArchivedEdition,
  ArchiveQuery,
  Correction,
  Withdrawal,
} from '../../domain/editions/archived-edition.ts';
import type { EditionPage } from '../../domain/editions/edition-page.ts';
import type { EditionState } from '../../domain/editions/edition.ts';
import type { Schema } from '../database/schema.ts';

/** Besides these, the page of a cancelled edition stays if anyone may have got it. */
const publicStates: readonly EditionState[] = ['sending', 'paused', 'sent'];

/** Editions that went out or are going out, newest first, each with the time of its last correction. */
export async function readArchive(db: Kysely<Schema>, query: ArchiveQuery): Promise<readonly ArchiveEntry[]> {
  const rows = await publicEditions(db, query).execute();
  const corrections = await readCorrections(
    db,
    rows.map(({ id }) => id),
  );
  return rows.map((row) => {
    const last = corrections.get(row.id)?.at(-1);
    return Object.assign(toEntry(row), last === undefined ? {} : { correctedAt: last.at });
  });
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

/** The revision a page shows: the corrected one, or the one that is sent. */
const shownRevision = sql<number>`case when editions.page_revision > 0 then editions.page_revision else editions.revision end`;

/** Walks the unique index on publication and date from `before` downwards. */
function publicEditions(db: Kysely<Schema>, { publicationId, before, date, limit }: ArchiveQuery) {
  return (
    db
      .selectFrom('editions')
      .innerJoin('revisions', (join) =>
        join.onRef('revisions.edition_id', '=', 'editions.id').on('revisions.revision', '=', shownRevision),
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
      .where((eb) =>
        eb.or([
          eb('editions.state', 'in', publicStates),
          eb.and([eb('editions.state', '=', 'cancelled'), eb('editions.served', '=', 1)]),
        ]),
      )
      .where('editions.withdrawn_at', 'is', null)
      // Revisions from before there were pages.
      .where('revisions.page', '<>', '')
      .$if(before !== undefined, (query) => query.where('editions.date', '<', before ?? ''))
      .$if(date !== undefined, (query) => query.where('editions.date', '=', date ?? ''))
      .orderBy('editions.date', 'desc')
      .limit(limit)
  );
}

/** Corrections of the text while the edition was being sent, and of the page afterwards. */
async function readCorrections(
  db: Kysely<Schema>,
  editionIds: readonly number[],
): Promise<ReadonlyMap<number, readonly Correction[]>> {
  if (editionIds.length === 0) return new Map();
  const rows = await db
    .selectFrom('revisions')
    .innerJoin('editions', 'editions.id', 'revisions.edition_id')
    .leftJoin('corrections', (join) =>
      join
        .onRef('corrections.edition_id', '=', 'revisions.edition_id')
        .onRef('corrections.revision', '=', 'revisions.revision'),
    )
    .select(['revisions.edition_id', 'revisions.approved_at', 'corrections.at', 'corrections.note'])
    .where('revisions.edition_id', 'in', editionIds)
    .where((eb) =>
      eb.or([
        eb('corrections.at', 'is not', null),
        eb.and([
          eb('revisions.revision', '<=', eb.ref('editions.revision')),
          eb('revisions.approved_at', '>', eb.ref('editions.published_at')),
        ]),
      ]),
    )
    .orderBy('revisions.edition_id')
    .orderBy('revisions.revision')
    .execute();
  const byEdition = Map.groupBy(rows, (row) => row.edition_id);
  const toCorrection = (row: (typeof rows)[number]): Correction => ({
    at: row.at ?? row.approved_at,
    note: row.note ?? '',
  });
  return new Map([...byEdition].map(([id, found]) => [id, found.map(toCorrection)]));
}

/** The notice in place of an edition's page, if there is one. */
export async function readWithdrawal(
  db: Kysely<Schema>,
  query: { readonly publicationId: number; readonly date: string },
): Promise<Withdrawal | undefined> {
  const row = await db
    .selectFrom('editions')
    .select(['withdrawn_at as at', 'withdrawn_note as note'])
    .where('publication_id', '=', query.publicationId)
    .where('date', '=', query.date)
    .where('withdrawn_at', 'is not', null)
    .executeTakeFirst();
  return row === undefined || row.at === null ? undefined : { at: row.at, note: row.note };
}
