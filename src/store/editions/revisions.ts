import type { Kysely, Selectable, Transaction } from 'kysely';

import type { ListedRevision } from '../../app/ports/editions.ts';
import type { NewRevision, Revision, RevisionSettings } from '../../domain/editions/edition.ts';
import type { Schema } from '../database/schema.ts';

/** Returns the number of the revision: that of the latest one, which is not new, if it has the same bytes. */
export async function addRevision(
  trx: Transaction<Schema>,
  editionId: number,
  revision: NewRevision,
): Promise<{ readonly revision: number; readonly isNew: boolean }> {
  const {
    contentHash,
    approvedAt,
    approvedBy,
    origin: _,
    sendWindow: __,
    localTime: ___,
    ...rest
  } = revision;
  const latest = await latestRevision(trx, editionId);
  if (latest?.contentHash === contentHash) {
    const settings = withLinksAccepted(latest.settings, rest.settings);
    if (latest.page !== rest.page || latest.settings !== settings) {
      // docs/decisions/005: the page is outside the hash, as is the consent to local links.
      await trx
        .updateTable('revisions')
        .set({ page: rest.page, settings })
        .where('edition_id', '=', editionId)
        .where('revision', '=', latest.revision)
        .execute();
    }
    return { revision: latest.revision, isNew: false };
  }
  const number = (latest?.revision ?? 0) + 1;
  await trx
    .insertInto('revisions')
    .values({
      edition_id: editionId,
      revision: number,
      content_hash: contentHash,
      approved_at: approvedAt,
      approved_by: approvedBy,
      ...rest,
    })
    .execute();
  return { revision: number, isNew: true };
}

/** The settings as they were frozen, with the consent that a later approval of the same bytes gave. */
function withLinksAccepted(frozen: string, given: string): string {
  const { acceptsLocalLinks } = JSON.parse(given) as RevisionSettings;
  if (acceptsLocalLinks !== true) return frozen;
  return JSON.stringify({ ...(JSON.parse(frozen) as RevisionSettings), acceptsLocalLinks });
}

export async function latestRevision(db: Kysely<Schema>, editionId: number): Promise<Revision | undefined> {
  const row = await selectRevisions(db)
    .where('edition_id', '=', editionId)
    .orderBy('revision', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row && toRevision(row);
}

export function revisionHead(db: Kysely<Schema>, editionId: number, revision: number) {
  return db
    .selectFrom('revisions')
    .select(['subject', 'content_hash as contentHash', 'settings'])
    .where('edition_id', '=', editionId)
    .where('revision', '=', revision)
    .executeTakeFirst();
}

/** Without their messages and pages of some 100 KB; newest first. */
export function listRevisions(
  db: Kysely<Schema>,
  editionId: number,
  limit: number,
): Promise<readonly ListedRevision[]> {
  return db
    .selectFrom('revisions')
    .select(['revision', 'subject', 'approved_by as approvedBy', 'approved_at as approvedAt'])
    .where('edition_id', '=', editionId)
    .orderBy('revision', 'desc')
    .limit(limit)
    .execute();
}

export function selectRevisions(db: Kysely<Schema>) {
  return db.selectFrom('revisions').selectAll();
}

export function toRevision(row: Selectable<Schema['revisions']>): Revision {
  const { edition_id: _, content_hash, approved_by, approved_at, ...rest } = row;
  return { ...rest, contentHash: content_hash, approvedBy: approved_by, approvedAt: approved_at };
}
