import { sql } from 'kysely';
import type { Kysely } from 'kysely';

import { AppError } from '../../errors/app-error.ts';
import { isPostgres } from './dialect.ts';
import type { Migration, Statement } from './migration.ts';
import { initial } from './migrations/001-initial.ts';
import { batchesBySubscriber } from './migrations/002-batches-by-subscriber.ts';
import { signingUp } from './migrations/003-signing-up.ts';
import { morningClock } from './migrations/004-morning-clock.ts';
import { localTime } from './migrations/005-local-time.ts';
import { plainNames } from './migrations/006-plain-names.ts';
import { oneLease } from './migrations/007-one-lease.ts';
import { auditLog } from './migrations/008-audit-log.ts';
import { heartbeats } from './migrations/009-heartbeats.ts';
import { webPages } from './migrations/010-web-pages.ts';
import { recovery } from './migrations/011-recovery.ts';
import { proofs } from './migrations/012-proofs.ts';
import { feedback } from './migrations/013-feedback.ts';
import { mailboxes } from './migrations/014-mailboxes.ts';
import { returnNotes } from './migrations/015-return-notes.ts';
import { counts } from './migrations/016-counts.ts';
import { pacing } from './migrations/017-pacing.ts';
import { canaries } from './migrations/018-canaries.ts';
import { hooks } from './migrations/019-hooks.ts';
import { events } from './migrations/022-events.ts';
import { seeds } from './migrations/025-seeds.ts';
import { subscriptionCounts } from './migrations/026-subscription-counts.ts';
import { accounts } from './migrations/desk/020-accounts.ts';
import { api } from './migrations/desk/021-api.ts';
import { secondFactors } from './migrations/desk/023-second-factors.ts';
import { deskRecords } from './migrations/desk/027-desk-records.ts';
import type { Schema } from './schema.ts';
import { inTransaction } from './transaction.ts';

const migrations: readonly Migration[] = [
  initial,
  batchesBySubscriber,
  signingUp,
  morningClock,
  localTime,
  plainNames,
  oneLease,
  auditLog,
  heartbeats,
  webPages,
  recovery,
  proofs,
  feedback,
  mailboxes,
  returnNotes,
  counts,
  pacing,
  canaries,
  hooks,
  accounts,
  api,
  events,
  secondFactors,
  seeds,
  subscriptionCounts,
  deskRecords,
];

/** The schema version this program knows. */
const currentVersion: number = Math.max(...migrations.map(({ version }) => version));

/**
 * Brings the database to `currentVersion`. All missing migrations run in one transaction, so a crash
 * leaves the old schema whole. Returns how many ran.
 *
 * @throws AppError STORE_SCHEMA_MISMATCH when the database is newer than this program.
 */
export async function migrate(db: Kysely<Schema>, options: { readonly now: Date }): Promise<number> {
  return inTransaction(db, async (trx) => {
    await beAlone(trx);
    await run(trx, {
      sqlite:
        'create table if not exists schema_version (version integer not null primary key, applied_at integer not null)',
      postgres:
        'create table if not exists schema_version (version bigint not null primary key, applied_at bigint not null)',
    });
    const applied = await readVersions(trx);
    refuseNewer(applied);
    const missing = missingOf(applied);
    for (const migration of missing) {
      for (const statement of migration.statements) await run(trx, statement);
      await trx
        .insertInto('schema_version')
        .values({ version: migration.version, applied_at: options.now.getTime() })
        .execute();
    }
    return missing.length;
  });
}

/** An arbitrary number, the same for every process that migrates this database. */
const migrationLock = 5_712_480_321;

/** SQLite's only writer is alone anyhow. */
async function beAlone(trx: Kysely<Schema>): Promise<void> {
  if (!isPostgres(trx)) return;
  await sql`select set_config('statement_timeout', '0', true)`.execute(trx);
  await sql`select pg_advisory_xact_lock(${migrationLock})`.execute(trx);
}

async function run(trx: Kysely<Schema>, statement: Statement): Promise<void> {
  const text = typeof statement === 'string' ? statement : statement[isPostgres(trx) ? 'postgres' : 'sqlite'];
  await sql.raw(text).execute(trx);
}

/**
 * Gives a new database its schema, and refuses one whose schema is not exactly the one this program
 * knows.
 *
 * @throws AppError STORE_SCHEMA_MISMATCH, with the command that fixes it.
 */
export async function requireCurrentSchema(
  db: Kysely<Schema>,
  options: { readonly now: Date },
): Promise<void> {
  const tables = await readTableNames(db);
  if (tables.length === 0) await migrate(db, options);
  else if (!tables.includes('schema_version')) throw notOurs(db);
  await refuseOtherSchema(db);
}

/**
 * Asks the database whether its schema is the one this program knows, and changes nothing.
 *
 * @throws AppError STORE_SCHEMA_MISMATCH; STORE_UNAVAILABLE where it does not answer.
 */
export async function refuseOtherSchema(db: Kysely<Schema>): Promise<void> {
  const applied = await readVersions(db);
  refuseNewer(applied);
  const [missing] = missingOf(applied);
  if (missing !== undefined) {
    const whole = migrations.findLast(({ version }) => version < missing.version)?.version ?? 0;
    throw new AppError(
      'STORE_SCHEMA_MISMATCH',
      `The database has schema version ${whole} and this program needs ${currentVersion}.`,
      { hint: 'Stop every Daybrief process and run `daybrief migrate`.' },
    );
  }
}

/**
 * Returns the schema version of a database that this program can use, undefined for an empty one, and changes nothing.
 *
 * @throws AppError STORE_SCHEMA_MISMATCH, or STORE_UNAVAILABLE or CONFIG_DATABASE_UNUSABLE for one that is not ours
 */
export async function inspectSchema(db: Kysely<Schema>): Promise<number | undefined> {
  const tables = await readTableNames(db);
  if (tables.length === 0) return undefined;
  if (!tables.includes('schema_version')) throw notOurs(db);
  await refuseOtherSchema(db);
  return currentVersion;
}

async function readTableNames(db: Kysely<Schema>): Promise<readonly string[]> {
  const query = isPostgres(db)
    ? sql<{ readonly name: string }>`
        select relname as name from pg_class
        where relnamespace = current_schema()::regnamespace and relkind in ('r', 'p')`
    : sql<{ readonly name: string }>`select name from sqlite_master`;
  const { rows } = await query.execute(db);
  return rows.map((row) => row.name);
}

function notOurs(db: Kysely<Schema>): AppError {
  if (isPostgres(db)) {
    return new AppError(
      'CONFIG_DATABASE_UNUSABLE',
      'The PostgreSQL database has tables, but not those of Daybrief.',
      {
        hint: 'Create one for Daybrief alone with `createdb`, and name it in DATABASE_URL.',
      },
    );
  }
  return new AppError('STORE_UNAVAILABLE', 'The file is an SQLite database, but not one of Daybrief.', {
    hint: 'Set DAYBRIEF_HOME to another folder.',
  });
}

/** Every migration leaves its version, so that one with a lower number than the newest is missed too. */
async function readVersions(db: Kysely<Schema>): Promise<ReadonlySet<number>> {
  const rows = await db.selectFrom('schema_version').select('version').execute();
  return new Set(rows.map(({ version }) => version));
}

function missingOf(applied: ReadonlySet<number>): readonly Migration[] {
  return migrations.filter(({ version }) => !applied.has(version));
}

function refuseNewer(applied: ReadonlySet<number>): void {
  const known = new Set(migrations.map(({ version }) => version));
  const version = Math.max(0, ...applied);
  if ([...applied].every((one) => known.has(one))) return;
  throw new AppError(
    'STORE_SCHEMA_MISMATCH',
    `The database has schema version ${version}, but this program knows only ${currentVersion}.`,
    { hint: 'Update Daybrief; a database never goes back to an older version.' },
  );
}
