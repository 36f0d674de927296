import Database from 'better-sqlite3';
import { Client, types } from 'pg';

/** Plain SQL on the database, as an outsider would ask: none of Daybrief's own code. */
export interface LedgerRows extends AsyncDisposable {
  rows<T>(query: string): Promise<readonly T[]>;
}

export function readFile(path: string): LedgerRows {
  const db = new Database(path, { readonly: true, timeout: 300_000 });
  return {
    rows: async <T>(query: string) => db.prepare(query).all() as T[],
    async [Symbol.asyncDispose]() {
      db.close();
    },
  };
}

/** A connection for each question: the server may have been restarted since the last. */
export function readServer(url: string): LedgerRows {
  const getTypeParser: typeof types.getTypeParser = (oid: number) =>
    [types.builtins.INT8, types.builtins.NUMERIC].includes(oid)
      ? (Number as never)
      : (types.getTypeParser(oid) as never);
  return {
    async rows<T>(query: string) {
      const client = new Client({ connectionString: url, types: { getTypeParser } });
      client.on('error', () => {});
      await client.connect();
      try {
        return (await client.query(query)).rows as T[];
      } finally {
        await client.end();
      }
    },
    async [Symbol.asyncDispose]() {},
  };
}
