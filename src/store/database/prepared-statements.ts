import type { Kysely, PostgresPool, RawBuilder } from 'kysely';

import type { Schema } from './schema.ts';

/**
 * Settings of connections that only run prepared statements. PostgreSQL plans each statement once and keeps that plan,
 * which must be right for any size of the tables: rows are found one by one in an index, never by reading a table or an
 * edition that was nearly empty when the plan was made.
 */
export const preparedSession = `select set_config('plan_cache_mode', 'force_generic_plan', false),
  set_config('enable_seqscan', 'off', false), set_config('enable_hashjoin', 'off', false),
  set_config('enable_mergejoin', 'off', false)`;

const pools = new WeakMap<Kysely<Schema>, PostgresPool>();

/** Keeps these connections for `executePrepared` of this database. */
export function keepPrepared(db: Kysely<Schema>, pool: PostgresPool): void {
  pools.set(db, pool);
}

/**
 * Runs a statement of PostgreSQL that is prepared once for each connection, because planning it takes as long as running
 * it; within a transaction it is planned as all others.
 *
 * @param name of the statement's text; one text has one name
 */
export async function executePrepared<Row>(
  db: Kysely<Schema>,
  name: string,
  statement: RawBuilder<Row>,
): Promise<readonly Row[]> {
  const pool = pools.get(db);
  if (pool === undefined) return (await statement.execute(db)).rows;
  const { sql: text, parameters } = statement.compile(db);
  const client = await pool.connect();
  try {
    const query = client.query as unknown as Query;
    const { rows } = await query.call(client, { name, text, values: [...parameters] });
    return rows as readonly Row[];
  } finally {
    client.release();
  }
}

/** What `pg` understands beside the text and values that Kysely needs. */
type Query = (statement: {
  readonly name: string;
  readonly text: string;
  readonly values: readonly unknown[];
}) => Promise<{ readonly rows: readonly unknown[] }>;
