import Database from 'better-sqlite3';
import type { Kysely, SqliteStatement } from 'kysely';

import { overConnection } from '../../../src/store/database/open-sqlite.ts';
import type { Schema } from '../../../src/store/database/schema.ts';

/** A connection to an SQLite file that remembers every statement it prepared, and can explain them. */
export class StatementRecorder {
  readonly #database: Database.Database;
  readonly #texts = new Set<string>();
  readonly db: Kysely<Schema>;

  constructor(path: string) {
    this.#database = new Database(path);
    const database = {
      close: () => void this.#database.close(),
      prepare: (text: string) => {
        this.#texts.add(text);
        return this.#database.prepare(text) as unknown as SqliteStatement;
      },
    };
    this.db = overConnection(database);
  }

  /** Each statement that reads or writes rows, with the steps SQLite takes for it. */
  plans(): readonly { readonly statement: string; readonly steps: readonly string[] }[] {
    return [...this.#texts]
      .filter((text) => /^\s*(?:select|insert|update|delete|with)\b/iu.test(text))
      .map((statement) => {
        const explained = this.#database.prepare(`explain query plan ${statement}`);
        const nothing = Array.from({ length: statement.split('?').length - 1 }, () => null);
        const steps = explained.all(...nothing) as { detail: string }[];
        return { statement, steps: steps.map((step) => step.detail) };
      });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.db.destroy();
  }
}
