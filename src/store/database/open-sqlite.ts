import { CompiledQuery, Kysely, SqliteDialect, SqliteDriver } from 'kysely';
import type { DatabaseConnection, Driver, SqliteDatabase } from 'kysely';

import type { Schema } from './schema.ts';
import { openConnection } from './sqlite-connection.ts';
import { WriteLock } from './write-lock.ts';

/** What belongs to an open SQLite file beside Kysely. */
interface SqliteFile {
  readonly database: SqliteDatabase;
  readonly writeLock: WriteLock;
  /** Disposed of before the connection is closed. */
  readonly closing: AsyncDisposableStack;
}

const files = new WeakMap<Kysely<Schema>, SqliteFile>();

/**
 * Opens the SQLite file, see `openConnection`.
 *
 * @throws AppError STORE_UNAVAILABLE when the file cannot be opened or is not a database.
 */
export function openSqlite(path: string): Kysely<Schema> {
  return overConnection(openConnection(path));
}

/** Kysely over a connection, which it closes. */
export function overConnection(database: SqliteDatabase): Kysely<Schema> {
  const file = { database, writeLock: new WriteLock(), closing: new AsyncDisposableStack() };
  const db = new Kysely<Schema>({ dialect: new ImmediateSqliteDialect(file) });
  files.set(db, file);
  return db;
}

/** The connection under Kysely. Within a transaction of `db` its statements belong to that transaction. */
export function fileOf(db: Kysely<Schema>): SqliteFile {
  const file = files.get(db);
  if (file === undefined) throw new Error('This is not the Kysely of an open SQLite file.');
  return file;
}

/**
 * Kysely begins transactions as deferred. One that reads and then writes is refused at once with
 * "database is locked" when another process wrote in between, whatever the busy timeout; taking the
 * write lock at the beginning waits its turn instead.
 */
class ImmediateSqliteDriver extends SqliteDriver {
  readonly #file: SqliteFile;
  #leave: () => void = () => {};

  constructor(file: SqliteFile) {
    super({ database: file.database });
    this.#file = file;
  }

  override async destroy(): Promise<void> {
    await this.#file.closing.disposeAsync();
    await super.destroy();
  }

  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    this.#leave = await this.#file.writeLock.enterAlone();
    try {
      await connection.executeQuery(CompiledQuery.raw('begin immediate'));
    } catch (error) {
      this.#leave();
      throw error;
    }
  }

  /** If it fails, Kysely rolls back. */
  override async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await super.commitTransaction(connection);
    this.#leave();
  }

  /** SQLite itself rolls back on a full disk and other faults of the file; a second one would hide the reason. */
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    try {
      await super.rollbackTransaction(connection);
    } catch (error) {
      if (!(error as Error).message.includes('no transaction is active')) throw error;
    } finally {
      this.#leave();
    }
  }
}

class ImmediateSqliteDialect extends SqliteDialect {
  readonly #file: SqliteFile;

  constructor(file: SqliteFile) {
    super({ database: file.database });
    this.#file = file;
  }

  override createDriver(): Driver {
    return new ImmediateSqliteDriver(this.#file);
  }
}
