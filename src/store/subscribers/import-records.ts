import { sql } from 'kysely';
import type { Kysely, Selectable, Transaction } from 'kysely';

import type { ImportRecord, ImportRecords, StoredProblem } from '../../app/ports/desk.ts';
import { isAmong } from '../database/dialect.ts';
import type { Schema } from '../database/schema.ts';
import { inTransaction } from '../database/transaction.ts';

type Row = Selectable<Schema['import_jobs']> & { readonly slug: string };

/** How far imports came, in `import_jobs`. */
export function createImportRecords(db: Kysely<Schema>): ImportRecords {
  const select = (publication: string) =>
    db
      .selectFrom('import_jobs')
      .innerJoin('publications', 'publications.id', 'import_jobs.publication_id')
      .selectAll('import_jobs')
      .select('publications.slug')
      .where('publications.slug', '=', publication);
  return {
    // In a transaction each, so that it waits for the lock of the process: while an import merges rows in its thread, a
    // statement alone would wait in SQLite, and the event loop with it.
    save: (record) => inTransaction(db, (trx) => save(trx, record)),
    async find(publication, id) {
      const row = await select(publication).where('import_jobs.import_id', '=', id).executeTakeFirst();
      return row && toRecord(row);
    },
    async recent(publication, limit) {
      const rows = await select(publication).orderBy('import_jobs.created_at', 'desc').limit(limit).execute();
      return rows.map(toRecord);
    },
    beat: (ids, aliveAt) =>
      inTransaction(db, async (trx) => {
        await trx
          .updateTable('import_jobs')
          .set({ alive_at: aliveAt })
          .where(isAmong(trx, 'import_jobs.import_id', ids))
          .execute();
      }),
    remove: (id) =>
      inTransaction(db, async (trx) => {
        await trx.deleteFrom('import_jobs').where('import_id', '=', id).execute();
      }),
    deleteBefore: (moment) =>
      inTransaction(db, async (trx) => {
        await trx.deleteFrom('import_jobs').where('created_at', '<', moment).execute();
      }),
  };
}

async function save(trx: Transaction<Schema>, record: ImportRecord): Promise<void> {
  const changing = {
    state: record.state,
    is_begun: Number(record.isBegun),
    rows_read: record.rows,
    percent: record.percent,
    result: record.result === undefined ? '' : JSON.stringify(record.result),
    problem: record.problem === undefined ? '' : JSON.stringify(record.problem),
    changed_at: record.changedAt,
    alive_at: record.aliveAt,
  };
  await trx
    .insertInto('import_jobs')
    .values({
      import_id: record.id,
      publication_id: sql<number>`(select id from publications where slug = ${record.publication})`,
      file_name: record.fileName,
      size_bytes: record.sizeBytes,
      actor: record.actor,
      created_at: record.createdAt,
      ...changing,
    })
    .onConflict((conflict) => conflict.column('import_id').doUpdateSet(changing))
    .execute();
}

function toRecord(row: Row): ImportRecord {
  return {
    id: row.import_id,
    publication: row.slug,
    fileName: row.file_name,
    sizeBytes: row.size_bytes,
    actor: row.actor,
    state: row.state,
    isBegun: row.is_begun === 1,
    rows: row.rows_read,
    percent: row.percent,
    result: row.result === '' ? undefined : (JSON.parse(row.result) as ImportRecord['result']),
    problem: row.problem === '' ? undefined : (JSON.parse(row.problem) as StoredProblem),
    createdAt: row.created_at,
    changedAt: row.changed_at,
    aliveAt: row.alive_at,
  };
}
