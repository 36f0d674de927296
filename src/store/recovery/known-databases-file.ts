import { randomUUID } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';

import type { KnownDatabases } from '../../app/ports/recovery.ts';

interface Seen {
  readonly mark: number;
  readonly journaledTo: number;
}

const nothing: Seen = { mark: 0, journaledTo: 0 };

/** JSON: by database id. Rewritten as a whole; an unreadable file is an empty one. */
export function createKnownDatabasesFile(path: string): KnownDatabases {
  const read = async (): Promise<Readonly<Record<string, Seen>>> => {
    try {
      return JSON.parse(await readFile(path, 'utf8')) as Record<string, Seen>;
    } catch {
      return {};
    }
  };
  const find = async (databaseId: string): Promise<Seen> => (await read())[databaseId] ?? nothing;
  return {
    mark: async (databaseId) => (await find(databaseId)).mark,
    journaledTo: async (databaseId) => (await find(databaseId)).journaledTo,
    async remember(databaseId, seen) {
      const all = await read();
      const before = all[databaseId] ?? nothing;
      const after: Seen = {
        mark: Math.max(before.mark, seen.mark ?? 0),
        journaledTo: Math.max(before.journaledTo, seen.journaledTo ?? 0),
      };
      const temporary = `${path}.${randomUUID()}.tmp`;
      await writeFile(temporary, `${JSON.stringify({ ...all, [databaseId]: after })}\n`, { mode: 0o600 });
      await rename(temporary, path);
    },
  };
}
