import type { Kysely, Transaction } from 'kysely';

import { canBecome } from '../domain/edition.ts';
import type { EditionState } from '../domain/edition.ts';
import { AppError } from '../errors/app-error.ts';
import type { Schema } from './schema.ts';

export interface Edition {
  readonly id: number;
  readonly publicationId: number;
  /** `YYYY-MM-DD` */
  readonly date: string;
  readonly state: EditionState;
  /** The revision that is sent. */
  readonly revision: number;
  readonly intended: number;
  readonly publishedAt: number | null;
  readonly expiresAt: number | null;
  readonly finishedAt: number | null;
}

/** A digest frozen by an approval. `message` is the JSON of the CompiledMessage that goes out. */
export interface Revision {
  readonly revision: number;
  readonly contentHash: string;
  readonly subject: string;
  readonly message: string;
  readonly html: string;
  readonly text: string;
  readonly digest: string;
  readonly settings: string;
  readonly approvedBy: string;
  readonly approvedAt: number;
}

export type NewRevision = Omit<Revision, 'revision'>;

export interface EditionEvent {
  readonly at: number;
  readonly event: string;
  readonly actor: string;
  readonly detail: string;
}

export interface Editions {
  find(publicationId: number, date: string): Promise<Edition | undefined>;
  get(editionId: number): Promise<Edition>;
  /** Newest date first. */
  latest(publicationId: number, limit: number): Promise<readonly Edition[]>;
  /**
   * Freezes a revision and approves it. Approving the same bytes again changes nothing. While an
   * edition is being sent, a new revision waits for `switchRevision`.
   *
   * @throws AppError EDITION_STATE when the edition has been sent.
   */
  approve(publicationId: number, date: string, revision: NewRevision): Promise<{ edition: Edition; revision: number }>;
  revision(editionId: number, revision: number): Promise<Revision | undefined>;
  latestRevision(editionId: number): Promise<Revision | undefined>;
  /** Which revision is sent from here on. */
  switchRevision(editionId: number, revision: number): Promise<void>;
  /**
   * Compare and set: moves the edition to `to` if its state allows that, and records the event.
   *
   * @throws AppError EDITION_STATE when it does not.
   */
  changeState(editionId: number, to: EditionState, event: EditionEvent): Promise<Edition>;
  record(editionId: number, event: EditionEvent): Promise<void>;
  /** Oldest first. */
  events(editionId: number): Promise<readonly EditionEvent[]>;
}

export function createEditions(db: Kysely<Schema>): Editions {
  return {
    async find(publicationId, date) {
      const row = await selectEditions(db)
        .where('publication_id', '=', publicationId)
        .where('date', '=', date)
        .executeTakeFirst();
      return row && toEdition(row);
    },
    get: (editionId) => getEdition(db, editionId),
    async latest(publicationId, limit) {
      const rows = await selectEditions(db)
        .where('publication_id', '=', publicationId)
        .orderBy('date', 'desc')
        .limit(limit)
        .execute();
      return rows.map(toEdition);
    },
    approve: (publicationId, date, revision) =>
      db.transaction().execute((trx) => approve(trx, { publicationId, date, revision })),
    async revision(editionId, revision) {
      const row = await selectRevisions(db)
        .where('edition_id', '=', editionId)
        .where('revision', '=', revision)
        .executeTakeFirst();
      return row && toRevision(row);
    },
    latestRevision: (editionId) => latestRevision(db, editionId),
    async switchRevision(editionId, revision) {
      await db.updateTable('editions').set({ revision }).where('id', '=', editionId).execute();
    },
    changeState: (editionId, to, event) =>
      db.transaction().execute(async (trx) => {
        const edition = await getEdition(trx, editionId);
        refuseTransition(edition, to);
        await trx.updateTable('editions').set({ state: to }).where('id', '=', editionId).execute();
        await record(trx, editionId, event);
        return { ...edition, state: to };
      }),
    record: (editionId, event) => record(db, editionId, event),
    events: (editionId) =>
      db
        .selectFrom('edition_events')
        .select(['at', 'event', 'actor', 'detail'])
        .where('edition_id', '=', editionId)
        .orderBy('id')
        .execute(),
  };
}

/** @throws AppError EDITION_STATE, saying what the edition is and cannot become. */
export function refuseTransition(edition: Pick<Edition, 'date' | 'state'>, to: EditionState): void {
  if (canBecome(edition.state, to)) return;
  throw new AppError('EDITION_STATE', `The edition of ${edition.date} is ${edition.state} and cannot become ${to}.`, {
    hint: 'Run `npx daybrief status` to see where each edition stands.',
  });
}

export async function record(db: Kysely<Schema>, editionId: number, event: EditionEvent): Promise<void> {
  await db
    .insertInto('edition_events')
    .values({ edition_id: editionId, ...event })
    .execute();
}

async function approve(
  trx: Transaction<Schema>,
  approval: { publicationId: number; date: string; revision: NewRevision },
): Promise<{ edition: Edition; revision: number }> {
  const { publicationId, date } = approval;
  const { contentHash, approvedAt, approvedBy, ...rest } = approval.revision;
  await trx
    .insertInto('editions')
    .values({
      publication_id: publicationId,
      date,
      state: 'draft',
      revision: 0,
      intended: 0,
      created_at: approvedAt,
    })
    .onConflict((conflict) => conflict.columns(['publication_id', 'date']).doNothing())
    .execute();
  const found = await selectEditions(trx)
    .where('publication_id', '=', publicationId)
    .where('date', '=', date)
    .executeTakeFirstOrThrow();
  const edition = toEdition(found);
  const underway = edition.state === 'sending' || edition.state === 'paused';
  if (!underway) refuseTransition(edition, 'approved');
  if (!underway && edition.publishedAt !== null) {
    throw new AppError('EDITION_STATE', `The edition of ${date} was cancelled after part of it had been sent.`, {
      hint: 'Send the correction under another date.',
    });
  }
  const latest = await latestRevision(trx, edition.id);
  const same = latest?.contentHash === contentHash;
  const revision = same ? latest.revision : (latest?.revision ?? 0) + 1;
  if (!same) {
    await trx
      .insertInto('revisions')
      .values({
        edition_id: edition.id,
        revision,
        content_hash: contentHash,
        approved_at: approvedAt,
        approved_by: approvedBy,
        ...rest,
      })
      .execute();
    const detail = `revision ${revision}, ${contentHash}`;
    await record(trx, edition.id, { at: approvedAt, event: 'approved', actor: approvedBy, detail });
  }
  if (underway) return { edition, revision };
  await trx.updateTable('editions').set({ state: 'approved', revision }).where('id', '=', edition.id).execute();
  return { edition: { ...edition, state: 'approved', revision }, revision };
}

export async function getEdition(db: Kysely<Schema>, editionId: number): Promise<Edition> {
  return toEdition(await selectEditions(db).where('id', '=', editionId).executeTakeFirstOrThrow());
}

async function latestRevision(db: Kysely<Schema>, editionId: number): Promise<Revision | undefined> {
  const row = await selectRevisions(db)
    .where('edition_id', '=', editionId)
    .orderBy('revision', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row && toRevision(row);
}

function selectEditions(db: Kysely<Schema>) {
  return db.selectFrom('editions').selectAll();
}

type EditionRow = Awaited<ReturnType<ReturnType<typeof selectEditions>['executeTakeFirstOrThrow']>>;

function toEdition(row: EditionRow): Edition {
  return {
    id: row.id,
    publicationId: row.publication_id,
    date: row.date,
    state: row.state,
    revision: row.revision,
    intended: row.intended,
    publishedAt: row.published_at,
    expiresAt: row.expires_at,
    finishedAt: row.finished_at,
  };
}

function selectRevisions(db: Kysely<Schema>) {
  return db.selectFrom('revisions').selectAll();
}

type RevisionRow = Awaited<ReturnType<ReturnType<typeof selectRevisions>['executeTakeFirstOrThrow']>>;

function toRevision(row: RevisionRow): Revision {
  const { edition_id: _, content_hash, approved_by, approved_at, ...rest } = row;
  return { ...rest, contentHash: content_hash, approvedBy: approved_by, approvedAt: approved_at };
}
