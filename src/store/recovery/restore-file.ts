import { closeSync, existsSync, fsyncSync, linkSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';

import Database from 'better-sqlite3';

import { AppError } from '../../errors/app-error.ts';
import { backUpFile } from '../copy/back-up.ts';

/** How long other processes have to finish with the database. */
const patienceMs = 2_000;

export interface RestoreFileOptions {
  /** The database that is replaced; need not exist. */
  readonly path: string;
  /** A copy that `daybrief backup` made. It is only read. */
  readonly backup: string;
  /** Where the replaced database is kept. */
  readonly aside: string;
  /** Makes the copy ready before it takes the place of the database. */
  readonly prepare: (path: string) => Promise<void>;
}

/**
 * Replaces an SQLite database, with its log and shared memory, by a backup. The backup is copied and prepared beside it
 * first, and takes its place in one step.
 *
 * @returns true if there was a database, which is `aside` now
 * @throws AppError DATABASE_IN_USE while a process has the database open, BACKUP_INVALID, STORE_UNAVAILABLE
 */
export async function restoreFile({ path, backup, aside, prepare }: RestoreFileOptions): Promise<boolean> {
  refuseInvalid(backup);
  const isThere = existsSync(path);
  if (isThere) closeLog(path);
  const temporary = `${path}.restoring`;
  rmSync(temporary, { force: true });
  try {
    await backUpFile(backup, temporary);
    await prepare(temporary);
    closeLog(temporary);
    sync(temporary);
    if (isThere) linkSync(path, aside);
    for (const suffix of ['-wal', '-shm']) rmSync(`${path}${suffix}`, { force: true });
    renameSync(temporary, path);
    sync(dirname(path));
    return isThere;
  } finally {
    for (const suffix of ['', '-wal', '-shm']) rmSync(`${temporary}${suffix}`, { force: true });
  }
}

/** @throws AppError BACKUP_INVALID unless it is a whole database of Daybrief */
export function refuseInvalid(path: string): void {
  let reason: string;
  try {
    using database = disposable(new Database(path, { readonly: true, fileMustExist: true }));
    const [check] = database.pragma('quick_check') as { readonly quick_check: string }[];
    const known = database.prepare(`select 1 from sqlite_master where name = 'schema_version'`).get();
    if (check?.quick_check === 'ok' && known !== undefined) return;
    reason =
      known === undefined ? 'it is not a database of Daybrief' : `it is damaged: ${check?.quick_check ?? ''}`;
  } catch (cause) {
    reason = (cause as Error).message;
  }
  throw new AppError('BACKUP_INVALID', `${path} cannot be restored: ${reason}.`, {
    hint: 'Name a file that `daybrief backup` wrote.',
  });
}

/**
 * Writes the log back into the database and removes it, which SQLite does only for the last connection.
 *
 * @throws AppError DATABASE_IN_USE
 */
function closeLog(path: string): void {
  try {
    using database = disposable(new Database(path, { timeout: patienceMs }));
    if (database.pragma('journal_mode = DELETE', { simple: true }) === 'delete') return;
  } catch (error) {
    const code = (error as { readonly code?: string }).code ?? '';
    // A damaged database is replaced all the same; it is kept aside.
    if (!code.startsWith('SQLITE_BUSY') && !code.startsWith('SQLITE_LOCKED')) return;
  }
  throw new AppError('DATABASE_IN_USE', `Another process has ${path} open.`, {
    hint: 'Stop every `daybrief start`, `worker` and `web` of this installation first, then run the command again.',
  });
}

function sync(path: string): void {
  const file = openSync(path, 'r');
  fsyncSync(file);
  closeSync(file);
}

function disposable(database: Database.Database): Database.Database & Disposable {
  return Object.assign(database, { [Symbol.dispose]: () => void database.close() });
}
