import type { Kysely } from 'kysely';

import type { DatabasePlace } from '../domain/database-place.ts';
import type { Schema } from './database/schema.ts';
import type { LedgerThread } from './sending/ledger-thread.ts';

/** Threads that write to an SQLite file, each on a connection of its own. */
interface Threads {
  readonly ledger: LedgerThread | undefined;
  /** Opens the database on the thread that merges large groups of subscribers, once. */
  readonly merge: (() => Promise<Kysely<Schema>>) | undefined;
}

/** They start when they are needed and end with `db`; PostgreSQL needs none. */
export async function openThreads(db: Kysely<Schema>, place: DatabasePlace): Promise<Threads> {
  if (place.kind !== 'sqlite' || place.path === ':memory:') return { ledger: undefined, merge: undefined };
  const [{ LedgerThread: Thread }, { fileOf }] = await Promise.all([
    import('./sending/ledger-thread.ts'),
    import('./database/open-sqlite.ts'),
  ]);
  const { writeLock, closing } = fileOf(db);
  let opening: Promise<Kysely<Schema>> | undefined;
  const open = async () => {
    const { openMergeThread } = await import('./subscribers/merge-thread.ts');
    const merging = openMergeThread(place.path, writeLock);
    closing.defer(() => merging.destroy());
    return merging;
  };
  return { ledger: closing.use(new Thread(place.path, writeLock)), merge: () => (opening ??= open()) };
}
