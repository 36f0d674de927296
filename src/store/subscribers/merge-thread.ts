import { CompiledQuery, Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely';
import type { DatabaseConnection, Dialect, Driver, QueryResult } from 'kysely';

import type { Schema } from '../database/schema.ts';
import type { WriteLock } from '../database/write-lock.ts';
import { ThreadCalls } from '../thread-calls.ts';

/** A statement with its bound values. */
export interface StatementRequest {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

export interface StatementReply {
  readonly rows: readonly unknown[];
  readonly changes: number;
}

/** In MB: a statement brings along up to a few thousand rows. */
const resourceLimits = { maxOldGenerationSizeMb: 96, maxYoungGenerationSizeMb: 8 };

// An installed package has no types to strip.
const file = import.meta.url.endsWith('.ts') ? './merge-thread-main.ts' : './merge-thread-main.js';

/**
 * Kysely over a thread with a connection of its own to the SQLite file: while it writes a group of subscribers, the event
 * loop reads and checks the next one. Starts with the first statement. One transaction at a time, each under the write
 * lock of the process.
 */
export function openMergeThread(path: string, writeLock: WriteLock): Kysely<Schema> {
  return new Kysely<Schema>({ dialect: new ThreadDialect(path, writeLock) });
}

class ThreadDialect implements Dialect {
  readonly #path: string;
  readonly #writeLock: WriteLock;

  constructor(path: string, writeLock: WriteLock) {
    this.#path = path;
    this.#writeLock = writeLock;
  }

  createDriver(): Driver {
    return new ThreadDriver(this.#path, this.#writeLock);
  }

  createQueryCompiler() {
    return new SqliteQueryCompiler();
  }

  createAdapter() {
    return new SqliteAdapter();
  }

  createIntrospector(db: Kysely<unknown>) {
    return new SqliteIntrospector(db);
  }
}

class ThreadDriver implements Driver {
  readonly #writeLock: WriteLock;
  readonly #connection: ThreadConnection;
  #leave: () => void = () => {};

  constructor(path: string, writeLock: WriteLock) {
    this.#writeLock = writeLock;
    this.#connection = new ThreadConnection(path);
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    return this.#connection;
  }

  async releaseConnection(): Promise<void> {}

  async beginTransaction(connection: DatabaseConnection): Promise<void> {
    const leave = await this.#writeLock.enterAlone();
    try {
      await connection.executeQuery(CompiledQuery.raw('begin immediate'));
      this.#leave = leave;
    } catch (error) {
      leave();
      throw error;
    }
  }

  /** If it fails, Kysely rolls back. */
  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('commit'));
    this.#leave();
  }

  /** SQLite itself rolls back on a full disk and other faults of the file; a second one would hide the reason. */
  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    try {
      await connection.executeQuery(CompiledQuery.raw('rollback'));
    } catch (error) {
      if (!(error as Error).message.includes('no transaction is active')) throw error;
    } finally {
      this.#leave();
    }
  }

  async destroy(): Promise<void> {
    await this.#connection[Symbol.asyncDispose]();
  }
}

class ThreadConnection implements DatabaseConnection, AsyncDisposable {
  readonly #calls: ThreadCalls<StatementRequest, StatementReply>;

  constructor(path: string) {
    const program = new URL(file, import.meta.url);
    this.#calls = new ThreadCalls({ program, workerData: path, resourceLimits });
  }

  async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
    const { rows, changes } = await this.#calls.ask({ sql, parameters });
    return { rows: rows as R[], numAffectedRows: BigInt(changes) };
  }

  // oxlint-disable-next-line eslint/require-yield -- merging streams nothing
  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error('A thread streams no rows.');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#calls[Symbol.asyncDispose]();
  }
}
