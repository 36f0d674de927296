import { sql } from 'kysely';
import type { Kysely, Transaction } from 'kysely';

import { isPostgres } from './dialect.ts';
import { groupCommit } from './group-commit.ts';
import type { Schema } from './schema.ts';
import { inTransaction } from './transaction.ts';

type Work<T> = (trx: Transaction<Schema>) => Promise<T>;
type Share = (work: Work<unknown>) => Promise<PromiseSettledResult<unknown>>;

/** So many take some 20 ms, in which a page cannot be answered. */
const max = 50;

/** One for each database, so that whatever happens to it at a time shares its commits. */
const shares = new WeakMap<Kysely<Schema>, Share>();

/**
 * Does all of the work or none of it, as `inTransaction` does, for small writes of single subscribers that come
 * in hundreds: on SQLite, where a commit blocks the whole process until the disk has it, those that arrive
 * together are committed together. One that fails takes back nothing of the others. On PostgreSQL each is a
 * transaction of its own.
 */
export async function inSharedCommit<T>(db: Kysely<Schema>, work: Work<T>): Promise<T> {
  if (isPostgres(db)) return inTransaction(db, work);
  let share = shares.get(db);
  if (share === undefined) {
    share = groupCommit((works: readonly Work<unknown>[]) => doAll(db, works), { max });
    shares.set(db, share);
  }
  const result = await share(work);
  if (result.status === 'rejected') throw result.reason;
  return result.value as T;
}

function doAll(
  db: Kysely<Schema>,
  works: readonly Work<unknown>[],
): Promise<readonly PromiseSettledResult<unknown>[]> {
  return db.transaction().execute(async (trx) => {
    const results: PromiseSettledResult<unknown>[] = [];
    for (const work of works) {
      await sql`savepoint one`.execute(trx);
      try {
        results.push({ status: 'fulfilled', value: await work(trx) });
      } catch (reason) {
        results.push({ status: 'rejected', reason });
        await sql`rollback to one`.execute(trx);
      }
      await sql`release one`.execute(trx);
    }
    return results;
  });
}
