import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';

import Database from 'better-sqlite3';

import type { DatabasePlace } from '../../domain/database-place.ts';
import { AppError } from '../../errors/app-error.ts';
import { placeOf } from '../database/postgres-errors.ts';

/**
 * Writes a consistent copy of the database to a file that is there and empty, while others go on writing
 * to it: for SQLite a database that can take its place, for PostgreSQL an archive for `pg_restore`.
 *
 * @throws AppError STORE_UNAVAILABLE, PROGRAM_MISSING
 */
export async function backUp(
  place: DatabasePlace,
  { path, env }: { readonly path: string; readonly env: NodeJS.ProcessEnv },
): Promise<void> {
  if (place.kind === 'sqlite') await backUpFile(place.path, path);
  else await dump(place.url, { path, env });
}

/** @throws AppError STORE_UNAVAILABLE */
export async function backUpFile(from: string, to: string): Promise<void> {
  if (!existsSync(from)) {
    throw new AppError('STORE_UNAVAILABLE', `There is no database ${from} yet.`, {
      hint: 'Set DAYBRIEF_HOME to the folder that has one.',
    });
  }
  try {
    using database = disposable(new Database(from, { fileMustExist: true, timeout: 60_000 }));
    // All pages in one go: between two steps another process' write would make it start over, for ever.
    await database.backup(to, { progress: () => 2 ** 31 - 1 });
    using copy = disposable(new Database(to));
    // One file instead of two, and read once as a whole.
    copy.pragma('journal_mode = DELETE');
    const [found] = copy.pragma('quick_check', { simple: false }) as { readonly quick_check: string }[];
    if (found?.quick_check !== 'ok') throw new Error(`the copy is damaged: ${found?.quick_check}`);
  } catch (cause) {
    throw new AppError('STORE_UNAVAILABLE', `The database cannot be copied: ${(cause as Error).message}.`, {
      hint: 'Check that the disk is not full, and that the database can be read.',
      cause,
    });
  }
}

function disposable(database: Database.Database): Database.Database & Disposable {
  return Object.assign(database, { [Symbol.dispose]: () => void database.close() });
}

async function dump(
  url: string,
  { path, env }: { readonly path: string; readonly env: NodeJS.ProcessEnv },
): Promise<void> {
  // The password goes through the environment: every user of the machine can read a command line.
  const place = new URL(url);
  const password = decodeURIComponent(place.password) || place.searchParams.get('password');
  place.password = '';
  place.searchParams.delete('password');
  const args = ['--format=custom', '--no-owner', `--file=${path}`, `--dbname=${place.href}`];
  const secret = password === null ? {} : { PGPASSWORD: password };
  try {
    await promisify(execFile)('pg_dump', args, { env: { ...env, ...secret } });
  } catch (cause) {
    throw explain(cause as NodeJS.ErrnoException & { readonly stderr?: string }, url);
  }
}

/** The error of a missing program of PostgreSQL's client. */
export function explainProgram(program: 'pg_dump' | 'pg_restore'): AppError {
  const what = program === 'pg_dump' ? 'made' : 'restored';
  return new AppError(
    'PROGRAM_MISSING',
    `A copy of a PostgreSQL database is ${what} by ${program}, which is not installed here.`,
    { hint: 'Install the package `postgresql-client`, or run the command on the machine of the server.' },
  );
}

function explain(cause: NodeJS.ErrnoException & { readonly stderr?: string }, url: string): AppError {
  if (cause.code === 'ENOENT') return explainProgram('pg_dump');
  const said = (cause.stderr ?? '')
    .trim()
    .split('\n')
    .at(-1)
    ?.replace(/^pg_dump: (?:error: )?/u, '');
  return new AppError(
    'STORE_UNAVAILABLE',
    `pg_dump could not copy ${placeOf(url)}: ${said ?? ''}`.replace(/\.?$/u, '.'),
    {
      hint: 'Check that PostgreSQL is up, and that pg_dump is not older than it.',
      cause,
    },
  );
}
