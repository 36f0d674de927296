import { PostgresAdapter, sql } from 'kysely';
import type { Kysely, RawBuilder } from 'kysely';

import type { Schema } from './schema.ts';

/** What the two databases say differently. Everything else in this room is the same words for both. */

export function isPostgres(db: Kysely<Schema>): boolean {
  return db.getExecutor().adapter instanceof PostgresAdapter;
}

type Cell = string | number | null;

/**
 * Rows that a statement brings along, as a table to select from: one bound value on SQLite, one a column
 * on PostgreSQL, so that the text of the statement is the same for any number of rows.
 */
export function table(
  db: Kysely<Schema>,
  columns: Readonly<Record<string, 'integer' | 'text'>>,
  rows: readonly (readonly Cell[])[],
): RawBuilder<unknown> {
  const names = Object.keys(columns);
  if (isPostgres(db)) {
    const arrays = Object.values(columns).map((type, column) => {
      const values = rows.map((row) => row[column] ?? null);
      return type === 'integer' ? sql`${values}::bigint[]` : sql`${values}::text[]`;
    });
    const list = sql.join(names.map((name) => sql.ref(name)));
    return sql`(select * from unnest(${sql.join(arrays)}) as rows (${list}))`;
  }
  const cells = names.map((name, column) => sql`value ->> ${sql.lit(column)} as ${sql.ref(name)}`);
  return sql`(select ${sql.join(cells)} from json_each(${JSON.stringify(rows)}))`;
}

/** Ids that a statement brings along, as a table with the column `id`. */
export function idTable(db: Kysely<Schema>, ids: readonly number[]): RawBuilder<unknown> {
  if (isPostgres(db)) return sql`(select unnest(${ids}::bigint[]) as id)`;
  return sql`(select value as id from json_each(${JSON.stringify(ids)}))`;
}

/** True if a column is one of these texts: one bound value, whatever their number. */
export function isAmong(db: Kysely<Schema>, column: string, texts: readonly string[]): RawBuilder<boolean> {
  if (isPostgres(db)) return sql<boolean>`${sql.ref(column)} = any(${texts}::text[])`;
  return sql<boolean>`${sql.ref(column)} in (select value from json_each(${JSON.stringify(texts)}))`;
}

/** Names the index for SQLite, which has no statistics and would choose another one. */
export function indexedBy(db: Kysely<Schema>, index: string): RawBuilder<unknown> {
  return isPostgres(db) ? sql`` : sql`indexed by ${sql.ref(index)}`;
}

/** A bound value whose type PostgreSQL cannot infer from its position. */
export function integer(value: number): RawBuilder<number> {
  return sql<number>`cast(${value} as bigint)`;
}

/** The larger of two numbers, neither of them null. */
export function larger(db: Kysely<Schema>, one: RawBuilder<number>, other: RawBuilder<number>) {
  return isPostgres(db) ? sql<number>`greatest(${one}, ${other})` : sql<number>`max(${one}, ${other})`;
}

/** How long `truncateLog` waits for transactions of other processes; SQLite blocks this process meanwhile. */
const truncateWaitMs = 200;

/**
 * Copies SQLite's write-ahead log into the database and empties it, so that erased data are in neither file. If
 * another process reads meanwhile, the log stays until it is reused. No-op on PostgreSQL.
 */
export async function truncateLog(db: Kysely<Schema>): Promise<void> {
  if (isPostgres(db)) return;
  await db.connection().execute(async (connection) => {
    const { rows } = await sql<{ readonly timeout: number }>`pragma busy_timeout`.execute(connection);
    await sql`pragma busy_timeout = ${sql.lit(truncateWaitMs)}`.execute(connection);
    await sql`pragma wal_checkpoint(truncate)`.execute(connection);
    await sql`pragma busy_timeout = ${sql.lit(rows[0]?.timeout ?? 0)}`.execute(connection);
  });
}
