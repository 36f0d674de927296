import { sql } from 'kysely';
import { expect, test } from 'vitest';

import { translateError } from '../../../../src/cli/translate-error.ts';
import { openSqlite } from '../../../../src/store/database/open-sqlite.ts';
import { inTransaction } from '../../../../src/store/database/transaction.ts';
import { tempFolder } from '../../../support/temp-folder.ts';

test('a disk that fills up in a transaction is reported as that, and nothing of it is written', async () => {
  const db = openSqlite(`${tempFolder()}/small.db`);
  try {
    await sql`create table filler (text text not null)`.execute(db);
    await sql`pragma max_page_count = 20`.execute(db);

    const writing = inTransaction(db, async (trx) => {
      await sql`insert into filler values ('first')`.execute(trx);
      await sql`insert into filler values (${'x'.repeat(200_000)})`.execute(trx);
    });
    const error = await writing.catch((thrown: unknown) => translateError(thrown));

    expect(error).toMatchObject({
      code: 'STORE_UNAVAILABLE',
      message: 'The disk of the database is full: database or disk is full (SQLITE_FULL).',
    });
    const { rows } = await sql<{ readonly count: number }>`select count(*) as count from filler`.execute(db);
    expect(rows).toEqual([{ count: 0 }]);
  } finally {
    await db.destroy();
  }
});
