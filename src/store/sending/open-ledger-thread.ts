import type { Kysely } from 'kysely';

import type { DatabasePlace } from '../../domain/database-place.ts';
import type { Schema } from '../database/schema.ts';
import type { LedgerThread } from './ledger-thread.ts';

/** The thread that writes the ledger of an SQLite file, and ends with `db`; PostgreSQL needs none. */
export async function openLedgerThread(
  db: Kysely<Schema>,
  place: DatabasePlace,
): Promise<LedgerThread | undefined> {
  if (place.kind !== 'sqlite' || place.path === ':memory:') return undefined;
  const [{ LedgerThread: Thread }, { fileOf }] = await Promise.all([
    import('./ledger-thread.ts'),
    import('../database/open-sqlite.ts'),
  ]);
  const { writeLock, closing } = fileOf(db);
  return closing.use(new Thread(place.path, writeLock));
}
