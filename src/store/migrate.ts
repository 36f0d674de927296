import { sql } from 'kysely';
import type { Kysely } from 'kysely';

import { AppError } from '../errors/app-error.ts';
import { initial } from './migrations/001-initial.ts';
import { batchesByMember } from './migrations/002-batches-by-member.ts';
import { signingUp } from './migrations/003-signing-up.ts';
import type { Schema } from './schema.ts';

export interface Migration {
  /** Counts from 1 without gaps. */
  readonly version: number;
  /** Forward only; a migration that has landed is never edited. */
  readonly statements: readonly string[];
}

const migrations: readonly Migration[] = [initial, batchesByMember, signingUp];

/** The schema version this program knows. */
const currentVersion: number = migrations.length;

/**
 * Brings the database to `currentVersion`. All missing migrations run in one transaction, so a crash
 * leaves the old schema whole. Returns how many ran.
 *
 * @throws AppError STORE_SCHEMA_MISMATCH when the database is newer than this program.
 */
export async function migrate(db: Kysely<Schema>, options: { readonly now: Date }): Promise<number> {
  return db.transaction().execute(async (trx) => {
    await sql`create table if not exists schema_version (version integer primary key, applied_at integer not null)`.execute(
      trx,
    );
    const from = await readVersion(trx);
    refuseNewer(from);
    const missing = migrations.slice(from);
    for (const migration of missing) {
      for (const statement of migration.statements) await sql.raw(statement).execute(trx);
      await trx
        .insertInto('schema_version')
        .values({ version: migration.version, applied_at: options.now.getTime() })
        .execute();
    }
    return missing.length;
  });
}

/**
 * Gives a new database its schema, and refuses one whose schema is not exactly the one this program
 * knows.
 *
 * @throws AppError STORE_SCHEMA_MISMATCH, with the command that mends it.
 */
export async function requireCurrentSchema(
  db: Kysely<Schema>,
  options: { readonly now: Date },
): Promise<void> {
  const { rows } = await sql`select 1 from sqlite_master limit 1`.execute(db);
  if (rows.length === 0) await migrate(db, options);
  else if (!(await hasSchemaVersion(db))) {
    throw new AppError('STORE_UNAVAILABLE', 'The file is an SQLite database, but not one of Daybrief.', {
      hint: 'Set DAYBRIEF_HOME to another folder.',
    });
  }
  const version = await readVersion(db);
  refuseNewer(version);
  if (version < currentVersion) {
    throw new AppError(
      'STORE_SCHEMA_MISMATCH',
      `The database has schema version ${version} and this program needs ${currentVersion}.`,
      { hint: 'Stop every Daybrief process and run `npx daybrief migrate`.' },
    );
  }
}

async function hasSchemaVersion(db: Kysely<Schema>): Promise<boolean> {
  const { rows } = await sql`select 1 from sqlite_master where name = 'schema_version'`.execute(db);
  return rows.length > 0;
}

async function readVersion(db: Kysely<Schema>): Promise<number> {
  const row = await db
    .selectFrom('schema_version')
    .select((eb) => eb.fn.max('version').as('version'))
    .executeTakeFirst();
  return row?.version ?? 0;
}

function refuseNewer(version: number): void {
  if (version <= currentVersion) return;
  throw new AppError(
    'STORE_SCHEMA_MISMATCH',
    `The database has schema version ${version}, but this program knows only ${currentVersion}.`,
    { hint: 'Update Daybrief; a database never goes back to an older version.' },
  );
}
