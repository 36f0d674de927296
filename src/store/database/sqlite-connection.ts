import { chmodSync, closeSync, openSync, statSync } from 'node:fs';

import Database from 'better-sqlite3';
import type { SqliteDatabase, SqliteStatement } from 'kysely';

import { AppError } from '../../errors/app-error.ts';

/** How long one process waits for another's write before it gives up. Writes last milliseconds. */
const busyTimeoutMs = 60_000;

/**
 * Opens a connection to the SQLite file in WAL mode with `synchronous=FULL`, so that a commit survives a power cut
 * and read transactions never wait for the writer. Creates a missing file.
 *
 * @throws AppError STORE_UNAVAILABLE when the file cannot be opened or is not a database.
 */
export function openConnection(path: string): SqliteDatabase {
  try {
    keepForOwner(path);
    const database = new Database(path, { timeout: busyTimeoutMs });
    database.pragma('journal_mode = WAL');
    database.pragma('synchronous = FULL');
    database.pragma('foreign_keys = ON');
    // Erased data must not stay readable in the file's free pages.
    database.pragma('secure_delete = ON');
    // 4 MiB of pages: more made neither sending nor a million-row import faster.
    database.pragma('cache_size = -4096');
    // 8 MB of log before it is copied into the file, not 4: fewer copies in a large import, and still short ones.
    database.pragma('wal_autocheckpoint = 2000');
    return withStatementCache(database);
  } catch (cause) {
    throw new AppError(
      'STORE_UNAVAILABLE',
      `The database ${path} cannot be opened: ${(cause as Error).message}.`,
      {
        hint: 'Check that DAYBRIEF_HOME names a folder that this user may write to and that the disk is not full.',
        cause,
      },
    );
  }
}

/**
 * Lets only the owner read the database, whatever the permissions of its folder. SQLite gives a new log and
 * shared-memory file the permissions of the database.
 */
function keepForOwner(path: string): void {
  if (path === ':memory:') return;
  closeSync(openSync(path, 'a', 0o600));
  for (const file of [path, `${path}-wal`, `${path}-shm`]) {
    const mode = statSync(file, { throwIfNoEntry: false })?.mode ?? 0;
    if ((mode & 0o077) === 0) continue;
    try {
      chmodSync(file, 0o600);
    } catch {
      // Another user's file: opening it decides whether it can be used.
    }
  }
}

/** Caches prepared statements: Kysely prepares each time, and the ledger's few statements run a million times. */
function withStatementCache(database: Database.Database): SqliteDatabase {
  const cache = new Map<string, SqliteStatement>();
  const limit = 200;
  return {
    close: () => void database.close(),
    prepare(text) {
      let statement = cache.get(text);
      if (statement === undefined) {
        statement = database.prepare(text) as unknown as SqliteStatement;
        if (cache.size >= limit) cache.clear();
        cache.set(text, statement);
      }
      return statement;
    },
  };
}
