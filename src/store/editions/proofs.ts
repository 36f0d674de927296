import type { Kysely, Selectable } from 'kysely';

import type { Approvals, NewProof, Proofs } from '../../app/ports/proofs.ts';
import type { NewRevision } from '../../domain/editions/edition.ts';
import type { Problem } from '../../domain/editions/problem.ts';
import type { Proof, ProofSummary } from '../../domain/editions/proof.ts';
import { claimRow, dueRows, ownsLease } from '../database/leases.ts';
import type { Schema } from '../database/schema.ts';
import { inTransaction } from '../database/transaction.ts';
import { addProofEvent } from '../events/add-events.ts';

export function createProofs(db: Kysely<Schema>): Proofs {
  return {
    add: (proof, { olderThan }) => inTransaction(db, (trx) => add(trx, proof, olderThan)),
    async get(id) {
      const row = await db.selectFrom('proofs').selectAll().where('id', '=', id).executeTakeFirst();
      return row && toProof(row);
    },
    async latest(publicationId, date) {
      const row = await selectLatest(db, publicationId, date).executeTakeFirst();
      return row && toProof(row);
    },
    async summaries(publicationId, date) {
      const rows = await db
        .selectFrom('proofs')
        .select([
          'id',
          'publication_id',
          'date',
          'number',
          'content_hash',
          'made_by',
          'made_at',
          'returned_by',
          'returned_at',
          'returned_note',
        ])
        .where('publication_id', '=', publicationId)
        .where('date', '=', date)
        .orderBy('number', 'desc')
        .limit(maxSummaries)
        .execute();
      return rows.map(toSummary);
    },
    ...createReturns(db),
  };
}

/** Proofs that are sent back, and the notes that are mailed because of it. */
function createReturns(
  db: Kysely<Schema>,
): Pick<Proofs, 'giveBack' | 'returnsDue' | 'claimReturn' | 'settleReturn'> {
  return {
    async giveBack(id, { by, at, note }) {
      await db
        .updateTable('proofs')
        .set(({ eb }) => ({
          returned_by: by,
          returned_at: at,
          returned_note: note,
          done: 0,
          due_at: at,
          epoch: eb('epoch', '+', 1),
        }))
        .where('id', '=', id)
        .execute();
    },
    returnsDue: (options) => dueRows(db, 'proofs', options),
    async claimReturn(id, lease) {
      const row = await claimRow(db, 'proofs', id, lease);
      if (row === undefined) return undefined;
      const { returned, ...summary } = toSummary(row);
      return returned === undefined ? undefined : { ...summary, returned, epoch: row.epoch };
    },
    async settleReturn(claim, { nextAt }) {
      await db
        .updateTable('proofs')
        .set(nextAt === undefined ? { done: 1 } : { due_at: nextAt })
        .where(ownsLease(claim))
        .execute();
    },
  };
}

const maxSummaries = 20;

export function createApprovals(db: Kysely<Schema>): Approvals {
  return {
    async give({ publicationId, date, contentHash }, { approver, at }) {
      const approval = { publication_id: publicationId, date, content_hash: contentHash };
      await db
        .insertInto('approvals')
        .values({ ...approval, approver, given_at: at })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
      return approversOf(db, { publicationId, date, contentHash });
    },
    given: (approval) => approversOf(db, approval),
  };
}

async function approversOf(
  db: Kysely<Schema>,
  { publicationId, date, contentHash }: Parameters<Approvals['given']>[0],
): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('approvals')
    .select('approver')
    .where('publication_id', '=', publicationId)
    .where('date', '=', date)
    .where('content_hash', '=', contentHash)
    .orderBy('given_at')
    .orderBy('approver')
    .execute();
  return rows.map((row) => row.approver);
}

function selectLatest(db: Kysely<Schema>, publicationId: number, date: string) {
  return db
    .selectFrom('proofs')
    .selectAll()
    .where('publication_id', '=', publicationId)
    .where('date', '=', date)
    .orderBy('number', 'desc')
    .limit(1);
}

async function add(db: Kysely<Schema>, proof: NewProof, olderThan: number): Promise<Proof> {
  await db.deleteFrom('proofs').where('made_at', '<', olderThan).execute();
  const before = await selectLatest(db, proof.publicationId, proof.date).executeTakeFirst();
  const number = (before?.number ?? 0) + 1;
  const { id } = await db
    .insertInto('proofs')
    .values({
      publication_id: proof.publicationId,
      date: proof.date,
      number,
      content_hash: proof.contentHash,
      revision: JSON.stringify(proof.revision),
      problems: JSON.stringify(proof.problems),
      made_by: proof.madeBy,
      made_at: proof.madeAt,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  await addProofEvent(db, { ...proof, number });
  return { ...proof, id, number };
}

function toProof(row: Selectable<Schema['proofs']>): Proof {
  return {
    ...toSummary(row),
    revision: JSON.parse(row.revision) as NewRevision,
    problems: JSON.parse(row.problems) as Problem[],
  };
}

type SummaryRow = Omit<Selectable<Schema['proofs']>, 'revision' | 'problems' | 'done' | 'due_at' | 'epoch'>;

function toSummary(row: SummaryRow): ProofSummary {
  return {
    id: row.id,
    publicationId: row.publication_id,
    date: row.date,
    number: row.number,
    contentHash: row.content_hash,
    madeBy: row.made_by,
    madeAt: row.made_at,
    ...(row.returned_at === null
      ? {}
      : { returned: { by: row.returned_by, at: row.returned_at, note: row.returned_note } }),
  };
}
