import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';

import Database from 'better-sqlite3';

import type { DatabasePlace } from '../../domain/database-place.ts';
import type { BackupExtent } from '../../domain/journal.ts';
import { explainDump } from './restore-dump.ts';
import { refuseInvalid } from './restore-file.ts';

/** The columns that show up to when a backup has data; every release has them. */
const columns = { editions: 'published_at', subscriptions: 'created_at' } as const;
type Table = keyof typeof columns;

/**
 * Reads how far a backup reaches, without restoring it.
 *
 * @throws AppError BACKUP_INVALID, PROGRAM_MISSING
 */
export async function readBackupExtent(
  kind: DatabasePlace['kind'],
  { backup, env }: { readonly backup: string; readonly env: NodeJS.ProcessEnv },
): Promise<BackupExtent> {
  return kind === 'sqlite' ? readFileExtent(backup) : readDumpExtent(backup, env);
}

function readFileExtent(backup: string): BackupExtent {
  refuseInvalid(backup);
  const database = new Database(backup, { readonly: true, fileMustExist: true });
  try {
    const newest = (table: Table) =>
      database.prepare<[], number | null>(`select max(${columns[table]}) from ${table}`).pluck().get() ?? 0;
    return { publishedAt: newest('editions'), subscribedAt: newest('subscriptions') };
  } finally {
    database.close();
  }
}

/** `pg_restore` prints the two tables as COPY writes them, a row a line. */
async function readDumpExtent(backup: string, env: NodeJS.ProcessEnv): Promise<BackupExtent> {
  const tables = Object.keys(columns).map((table) => `--table=${table}`);
  const child = spawn('pg_restore', ['--data-only', ...tables, '--file=-', backup], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'close').catch((cause: unknown) => {
    throw explainDump(backup, cause);
  });
  const [newest, stderr] = await Promise.all([
    readNewest(createInterface({ input: child.stdout })),
    text(child.stderr),
    ended,
  ]);
  if (child.exitCode !== 0) throw explainDump(backup, { stderr });
  return { publishedAt: newest.editions, subscribedAt: newest.subscriptions };
}

async function readNewest(lines: AsyncIterable<string>): Promise<Record<Table, number>> {
  const newest = { editions: 0, subscriptions: 0 };
  let reading: { readonly table: Table; readonly column: number } | undefined;
  for await (const line of lines) {
    const header = /^COPY \w+\.(editions|subscriptions) \((.+)\) FROM stdin;$/u.exec(line);
    if (header !== null) {
      const table = header[1] as Table;
      reading = { table, column: (header[2] ?? '').split(', ').indexOf(columns[table]) };
    } else if (line === String.raw`\.`) reading = undefined;
    else if (reading !== undefined) {
      // A missing value is `\N`.
      const value = Number(line.split('\t')[reading.column]);
      if (value > newest[reading.table]) newest[reading.table] = value;
    }
  }
  return newest;
}
