import { setTimeout as pause } from 'node:timers/promises';

import type { Kysely, Transaction } from 'kysely';

import { isPostgres } from './dialect.ts';
import type { Schema } from './schema.ts';

/** Maximum attempts after a deadlock (40P01) or serialization failure (40001). */
const attempts = 6;

/**
 * Does all of the work or none of it. On SQLite it takes the only write lock at its beginning. On
 * PostgreSQL it is READ COMMITTED: each statement sees what was committed when it began; what must not
 * change in between is `locked`. With `snapshot` all of its statements see one moment.
 *
 * `work` may run more than once, see `retrying`.
 */
export async function inTransaction<T>(
  db: Kysely<Schema>,
  work: (trx: Transaction<Schema>) => Promise<T>,
  options: { readonly snapshot?: boolean } = {},
): Promise<T> {
  if (!isPostgres(db)) return db.transaction().execute(work);
  const isolation = options.snapshot === true ? 'repeatable read' : 'read committed';
  return retrying(() => db.transaction().setIsolationLevel(isolation).execute(work));
}

/** Returns true for the error of a `nowait` statement that found a locked row (55P03). */
export function isLockNotAvailable(error: unknown): boolean {
  return (error as { readonly code?: unknown }).code === '55P03';
}

/**
 * Runs the work again if PostgreSQL rolled it back because of another transaction: a deadlock
 * (40P01), or rows that changed under a snapshot (40001).
 */
export async function retrying<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      const { code } = error as { readonly code?: unknown };
      if ((code !== '40001' && code !== '40P01') || attempt === attempts) throw error;
      await pause(Math.random() * 10 * 2 ** attempt);
    }
  }
}
