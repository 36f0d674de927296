import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { sql } from 'kysely';

import { AppError } from '../../errors/app-error.ts';
import { explainProgram } from '../copy/back-up.ts';
import { openPostgres } from '../database/open-postgres.ts';

export interface RestoreDumpOptions {
  readonly url: string;
  /** An archive of `pg_dump`, as `daybrief backup` makes it. */
  readonly backup: string;
  /** Schema that the replaced tables are moved to. */
  readonly aside: string;
  readonly env: NodeJS.ProcessEnv;
}

/**
 * Restores a PostgreSQL archive into the database, whose present tables move to another schema.
 *
 * @throws AppError BACKUP_INVALID, PROGRAM_MISSING, STORE_UNAVAILABLE; the tables are as they were
 */
export async function restoreDump({ url, backup, aside, env }: RestoreDumpOptions): Promise<void> {
  const db = await openPostgres(url, { patient: true });
  const schema = sql.ref(aside);
  try {
    await sql`alter schema public rename to ${schema}`.execute(db);
    await sql`create schema public`.execute(db);
    try {
      await pgRestore(url, { backup, env });
    } catch (error) {
      await sql`drop schema public cascade`.execute(db);
      await sql`alter schema ${schema} rename to public`.execute(db);
      throw error;
    }
  } finally {
    await db.destroy();
  }
}

async function pgRestore(
  url: string,
  { backup, env }: Pick<RestoreDumpOptions, 'backup' | 'env'>,
): Promise<void> {
  const place = new URL(url);
  // The password goes through the environment: every user of the machine can read a command line.
  const password = decodeURIComponent(place.password) || place.searchParams.get('password');
  place.password = '';
  place.searchParams.delete('password');
  const args = ['--no-owner', '--exit-on-error', '--single-transaction', `--dbname=${place.href}`, backup];
  const secret = password === null ? {} : { PGPASSWORD: password };
  try {
    await promisify(execFile)('pg_restore', args, { env: { ...env, ...secret } });
  } catch (cause) {
    throw explainDump(backup, cause);
  }
}

/** What to say of a failed `pg_restore`. */
export function explainDump(backup: string, cause: unknown): AppError {
  const { code, stderr = '' } = cause as NodeJS.ErrnoException & { readonly stderr?: string };
  if (code === 'ENOENT') return explainProgram('pg_restore');
  const said = stderr.trim().split('\n').at(-1) ?? '';
  return new AppError('BACKUP_INVALID', `${backup} cannot be restored: ${said}`.replace(/\.?$/u, '.'), {
    hint: 'Name a file that `daybrief backup` wrote, and use a pg_restore that is not older than the server.',
    cause,
  });
}
