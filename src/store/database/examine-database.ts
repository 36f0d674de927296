import { execFile } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { sql } from 'kysely';
import type { Kysely } from 'kysely';

import type { ClockReading, DatabaseHealth, Integrity } from '../../app/ports/doctor.ts';
import type { DatabasePlace } from '../../domain/database-place.ts';
import { isLoopback } from '../../domain/sending/relay.ts';
import { inspectSchema } from './migrate.ts';
import { openDatabase } from './open-database.ts';
import { placeOf } from './postgres-errors.ts';
import type { Schema } from './schema.ts';

/**
 * Says whether there is a database with the schema of this program, and makes none.
 *
 * @throws AppError STORE_UNAVAILABLE, STORE_SCHEMA_MISMATCH, CONFIG_DATABASE_UNUSABLE
 */
export async function examineDatabase(database: DatabasePlace): Promise<DatabaseHealth> {
  const place = database.kind === 'sqlite' ? database.path : placeOf(database.url);
  if (database.kind === 'sqlite' && !existsSync(database.path)) return { exists: false, place };
  return withDatabase(database, async (db) => {
    const version = await inspectSchema(db);
    return version === undefined ? { exists: false, place } : { exists: true, place, version };
  });
}

/** A file of more than this is not read for a quick look: `daybrief backup` checks its copy. */
const maxCheckedBytes = 1024 ** 3;

/** Checks an SQLite file page by page, and on PostgreSQL what the server knows: checksums and indexes. */
export async function checkIntegrity(database: DatabasePlace, signal: AbortSignal): Promise<Integrity> {
  if (database.kind === 'postgres') return withDatabase(database, checkServer);
  const { size } = statSync(database.path);
  if (size > maxCheckedBytes)
    return {
      kind: 'unknown',
      why: 'it is too large for a quick look; `daybrief backup` checks the copy that it makes',
    };
  // An installed package has no types to strip.
  const file = import.meta.url.endsWith('.ts') ? './quick-check-main.ts' : './quick-check-main.js';
  const main = fileURLToPath(new URL(file, import.meta.url));
  try {
    const { stdout } = await promisify(execFile)(process.execPath, [main, database.path], { signal });
    const found = stdout.trim();
    return found === 'ok' ? { kind: 'sound' } : { kind: 'damaged', why: found.replace(/\.$/u, '') };
  } catch (error) {
    signal.throwIfAborted();
    const { stderr = '', message } = error as Error & { readonly stderr?: string };
    const said = /^\w*Error: (.*)$/mu.exec(stderr)?.[1] ?? message;
    return { kind: 'damaged', why: said };
  }
}

async function checkServer(db: Kysely<Schema>): Promise<Integrity> {
  const { rows } = await sql<{ readonly failures: number | null; readonly broken: string | null }>`
    select (select checksum_failures from pg_stat_database where datname = current_database()) as failures,
      (select string_agg(indexrelid::regclass::text, ', ') from pg_index
        join pg_class on pg_class.oid = pg_index.indexrelid
        where not indisvalid and relnamespace = current_schema()::regnamespace) as broken`.execute(db);
  const failures = rows[0]?.failures ?? 0;
  const broken = rows[0]?.broken ?? null;
  if (failures > 0) return { kind: 'damaged', why: `${failures} pages had a wrong checksum` };
  return broken === null ? { kind: 'sound' } : { kind: 'damaged', why: `the index ${broken} is not valid` };
}

/** The clock of a PostgreSQL server on another machine. */
export async function readServerClock(database: DatabasePlace): Promise<readonly ClockReading[]> {
  if (database.kind === 'sqlite') return [];
  const { hostname } = new URL(database.url);
  if (hostname === '' || isLoopback(hostname.replace(/^\[|\]$/gu, ''))) return [];
  return withDatabase(database, async (db) => {
    const sentAt = Date.now();
    const { rows } = await sql<{ readonly ms: string }>`
      select (extract(epoch from clock_timestamp()) * 1000)::text as ms`.execute(db);
    const ours = (sentAt + Date.now()) / 2;
    return rows.map(({ ms }) => ({ source: 'the PostgreSQL server', aheadMs: ours - Number(ms) }));
  });
}

async function withDatabase<T>(place: DatabasePlace, use: (db: Kysely<Schema>) => Promise<T>): Promise<T> {
  const db = await openDatabase(place);
  try {
    return await use(db);
  } finally {
    await db.destroy();
  }
}
