import { existsSync } from 'node:fs';

import Database from 'better-sqlite3';
import { sql } from 'kysely';
import type { Kysely } from 'kysely';

import { AppError } from '../../errors/app-error.ts';
import { requireCurrentSchema } from '../database/migrate.ts';
import { openPostgres } from '../database/open-postgres.ts';
import { openSqlite } from '../database/open-sqlite.ts';
import type { Schema } from '../database/schema.ts';
import { copyTable } from './copy-table.ts';
import { derivedTables, readShapes } from './table-shape.ts';
import type { TableShape } from './table-shape.ts';

export interface CopyDataOptions {
  /** Path of an SQLite file. */
  readonly from: string;
  /** URL of a PostgreSQL database. */
  readonly to: string;
  readonly now: Date;
  /** Called with the number of rows of all tables copied so far. */
  readonly onProgress: (progress: {
    readonly table: string;
    readonly rows: number;
    readonly total: number;
  }) => void;
  readonly signal: AbortSignal;
}

export interface CopiedTable {
  readonly table: string;
  readonly rows: number;
}

/**
 * Copies an SQLite file to a new PostgreSQL database, ids and times included. No process may write to
 * the file meanwhile. Broken off and started again it goes on where it was; what it says was copied, it has
 * read back and compared by count and checksum.
 *
 * @throws AppError COPY_REFUSED when something is being sent, or the tables are not the same ones;
 * COPY_DIFFERS if the target contains other rows; STORE_UNAVAILABLE, STORE_SCHEMA_MISMATCH
 */
export async function copyData(options: CopyDataOptions): Promise<readonly CopiedTable[]> {
  await refuseUnfitSource(options);
  const source = new Database(options.from, { fileMustExist: true, timeout: 60_000 });
  const target = await openPostgres(options.to, { patient: true });
  try {
    await requireCurrentSchema(target, { now: options.now });
    source.exec('begin immediate');
    refuseSending(source, options.now);
    const shapes = readShapes(source);
    await refuseOtherColumns(target, shapes);
    const total = shapes.reduce((sum, { name }) => sum + countRows(source, name), 0);
    const copied: CopiedTable[] = [];
    let before = 0;
    for (const shape of shapes) {
      const table = shape.name;
      const onRows = (rows: number) => options.onProgress({ table, rows: before + rows, total });
      const rows = await copyTable(source, target, { shape, onRows, signal: options.signal });
      if (shape.hasIdentity) await continueIds(source, target, shape);
      copied.push({ table, rows });
      before += rows;
    }
    // Without ANALYZE, PostgreSQL has no statistics of the new rows until autovacuum runs.
    await sql`analyze`.execute(target);
    return copied;
  } finally {
    source.close();
    await target.destroy();
  }
}

function countRows(source: Database.Database, table: string): number {
  return source.prepare(`select count(*) from "${table}"`).pluck().get() as number;
}

async function refuseUnfitSource({ from, now }: CopyDataOptions): Promise<void> {
  if (!existsSync(from)) {
    throw new AppError('FILE_UNREADABLE', `There is no file ${from}.`, {
      hint: 'Name the SQLite file with --from sqlite:<path>; it is daybrief.db in DAYBRIEF_HOME.',
    });
  }
  const db = openSqlite(from);
  try {
    await requireCurrentSchema(db, { now });
  } finally {
    await db.destroy();
  }
}

function refuseSending(source: Database.Database, now: Date): void {
  const sending = source
    .prepare<[], string>(`select date from editions where state = 'sending'`)
    .pluck()
    .get();
  if (sending !== undefined) {
    throw new AppError('COPY_REFUSED', `The edition of ${sending} is being sent from the source.`, {
      hint: 'Wait until it is sent, or pause it, and stop every worker; then run the command again.',
    });
  }
  const held = source.prepare('select 1 from batches where done = 0 and lease_until > ? limit 1');
  if (held.get(now.getTime()) !== undefined) {
    throw new AppError('COPY_REFUSED', 'A worker still holds a part of the source.', {
      hint: 'Stop every worker, wait some seconds, and run the command again.',
    });
  }
}

/** Refuses columns that this version does not know, added by hand: they would be lost. */
async function refuseOtherColumns(target: Kysely<Schema>, shapes: readonly TableShape[]): Promise<void> {
  const { rows } = await sql<{ readonly name: string }>`
    select table_name || '.' || column_name as name from information_schema.columns
    where table_schema = current_schema() and table_name <> 'schema_version'`.execute(target);
  const own = rows.filter(({ name }) => !derivedTables.some((table) => name.startsWith(`${table}.`)));
  const there = new Set(own.map(({ name }) => name));
  const wanted = new Set(
    shapes.flatMap(({ name, columns }) => columns.map((column) => `${name}.${column.name}`)),
  );
  const missing = [...wanted].filter((name) => !there.has(name));
  const extra = [...there].filter((name) => !wanted.has(name));
  if (missing.length + extra.length === 0) return;
  throw new AppError('COPY_REFUSED', 'Source and target do not have the same tables and columns.', {
    hint: 'Copy to a database of Daybrief alone, with the program that wrote the source.',
    details: [
      ...missing.map((name) => `${name} is only in the source.`),
      ...extra.map((name) => `${name} is only in the target.`),
    ],
  });
}

/** Ids are never reused, not even the newest one after an erasure. */
async function continueIds(
  source: Database.Database,
  target: Kysely<Schema>,
  { name }: TableShape,
): Promise<void> {
  const given = source.prepare('select seq from sqlite_sequence where name = ?').pluck().get(name);
  const highest = source.prepare(`select max(id) from "${name}"`).pluck().get();
  const last = Math.max(Number(given ?? 0), Number(highest ?? 0));
  if (last === 0) return;
  await sql`select setval(pg_get_serial_sequence(${name}, 'id'), ${last})`.execute(target);
}
