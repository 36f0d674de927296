import type Database from 'better-sqlite3';
import { sql } from 'kysely';
import type { Kysely, RawBuilder } from 'kysely';

import { AppError } from '../../errors/app-error.ts';
import type { Schema } from '../database/schema.ts';
import { TableChecksum } from './table-checksum.ts';
import type { Cell, Row } from './table-checksum.ts';
import type { Column, TableShape } from './table-shape.ts';

/** What is held in memory, and in one transaction, at a time. */
const pageRows = 2_000;
const pageSizeBytes = 1_000_000;

export interface CopyOptions {
  /** Called with the number of rows of this table copied so far. */
  readonly onRows: (rows: number) => void;
  readonly signal: AbortSignal;
}

/**
 * Copies a table of SQLite to PostgreSQL, page by page, each in a transaction of its own; goes on after the
 * rows that are there already. Then reads all of the copy and compares.
 *
 * @returns the number of rows
 * @throws AppError COPY_DIFFERS if the target contains other rows
 */
export async function copyTable(
  source: Database.Database,
  target: Kysely<Schema>,
  { shape, onRows, signal }: CopyOptions & { readonly shape: TableShape },
): Promise<number> {
  const there = await readTarget(target, shape);
  const sum = new TableChecksum();
  let page: Row[] = [];
  let sizeBytes = 0;
  const flush = async () => {
    await insertPage(target, shape, page);
    page = [];
    sizeBytes = 0;
    onRows(sum.rows);
    signal.throwIfAborted();
  };
  for (const row of readSource(source, shape)) {
    sum.add(row);
    if (sum.rows < there.rows) continue;
    // What is there must be the beginning of what is to be there, before anything is added to it.
    if (sum.rows === there.rows && !sum.equals(there)) throw differs(shape, 'other rows than the source');
    if (sum.rows === there.rows) continue;
    page.push(row);
    sizeBytes += sizeOf(row);
    if (page.length >= pageRows || sizeBytes >= pageSizeBytes) await flush();
  }
  if (sum.rows < there.rows) throw differs(shape, 'more rows than the source');
  if (page.length > 0) await flush();
  if (!sum.equals(await readTarget(target, shape))) throw differs(shape, 'other rows than were copied');
  return sum.rows;
}

function differs({ name }: TableShape, what: string): AppError {
  return new AppError('COPY_DIFFERS', `The table ${name} of the target holds ${what}.`, {
    hint: 'Copy to a new and empty database: drop this one, run `createdb` again, and start over.',
  });
}

/** In the order of the key, one by one. */
function* readSource(source: Database.Database, shape: TableShape): Generator<Row> {
  const columns = shape.columns.map(({ name }) => quoted(name)).join(', ');
  const key = shape.key.map(quoted).join(', ');
  yield* source
    .prepare(`select ${columns} from ${quoted(shape.name)} order by ${key}`)
    .raw()
    .iterate() as IterableIterator<Row>;
}

function quoted(name: string): string {
  return `"${name}"`;
}

/** By keyset pages of about the same size, whatever a row's. */
async function readTarget(target: Kysely<Schema>, shape: TableShape): Promise<TableChecksum> {
  const sum = new TableChecksum();
  const key = sql.join(shape.key.map((name) => sql.ref(name)));
  const columns = sql.join(shape.columns.map(({ name }) => sql.ref(name)));
  let after: RawBuilder<unknown> = sql`true`;
  let limit = 10;
  for (;;) {
    const { rows } = await sql<Readonly<Record<string, Cell>>>`
      select ${columns} from ${sql.table(shape.name)} where ${after} order by ${key} limit ${limit}`.execute(
      target,
    );
    let sizeBytes = 1;
    for (const found of rows) {
      const row = shape.columns.map(({ name }) => found[name] ?? null);
      sum.add(row);
      sizeBytes += sizeOf(row);
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < limit) return sum;
    after = sql`(${key}) > (${sql.join(shape.key.map((name) => last[name]))})`;
    limit = Math.max(10, Math.min(pageRows, Math.floor((pageSizeBytes * rows.length) / sizeBytes)));
  }
}

async function insertPage(target: Kysely<Schema>, shape: TableShape, page: readonly Row[]): Promise<void> {
  const columns = sql.join(shape.columns.map(({ name }) => sql.ref(name)));
  const arrays = shape.columns.map(({ type }, index) => {
    const values = page.map((row) => row[index] ?? null);
    return sql`${values}::${sql.raw(arrayTypes[type])}`;
  });
  await sql`
    insert into ${sql.table(shape.name)} (${columns}) select * from unnest(${sql.join(arrays)})`.execute(
    target,
  );
}

const arrayTypes: Readonly<Record<Column['type'], string>> = {
  integer: 'bigint[]',
  text: 'text[]',
  blob: 'bytea[]',
};

function sizeOf(row: Row): number {
  return row.reduce<number>(
    (size, cell) => size + (cell === null || typeof cell === 'number' ? 8 : cell.length),
    0,
  );
}
