import { CompiledQuery, Kysely, PostgresDialect } from 'kysely';
import type { PostgresPool } from 'kysely';
import { Pool, types } from 'pg';
import type { PoolClient } from 'pg';

import { explainPostgresError, isConnectionLost, unusable } from './postgres-errors.ts';
import { keepPrepared, preparedSession } from './prepared-statements.ts';
import type { Schema } from './schema.ts';

/** Connections of one process, ten in all. Each batch in progress uses at most one at a time. */
const poolSize = 8;

/** Of these for ledger steps. Mostly one batch is being begun while another one ends. */
const preparedPoolSize = 2;

/**
 * - `statement_timeout`: no statement takes a minute except migrations, which lift the limit
 * - `idle_in_transaction_session_timeout`: a frozen process must not keep locks that others wait for
 * - `synchronous_commit`: what is committed survives a power cut, as with SQLite
 */
const session = `select set_config('default_transaction_isolation', 'read committed', false),
  set_config('statement_timeout', '60s', false),
  set_config('idle_in_transaction_session_timeout', '10s', false),
  set_config('synchronous_commit',
    case current_setting('synchronous_commit') when 'off' then 'on' else current_setting('synchronous_commit') end, false)`;

/**
 * Opens a PostgreSQL database through a pool of connections.
 *
 * @param options.patient for statements that may last for ever, as those of migrations
 * @throws AppError CONFIG_DATABASE_UNUSABLE when it is not one that we may or can use: another password,
 * no such database, older than version 13, not in UTF-8; STORE_UNAVAILABLE when it cannot be reached or
 * written to.
 */
export async function openPostgres(
  url: string,
  options: { readonly patient?: boolean } = {},
): Promise<Kysely<Schema>> {
  const queryTimeoutMs = options.patient === true ? 0 : silenceMs;
  const pool = openPool(url, { max: poolSize, queryTimeoutMs });
  const prepared = openPool(url, { max: preparedPoolSize, queryTimeoutMs });
  const all = { ...withClearErrors(pool, { url, sessions: [session] }), end: () => endAll([pool, prepared]) };
  const db = new Kysely<Schema>({ dialect: new PostgresDialect({ pool: all }) });
  keepPrepared(db, withClearErrors(prepared, { url, sessions: [session, preparedSession] }));
  try {
    await requireUsable(db, url);
    return db;
  } catch (error) {
    await db.destroy();
    throw error;
  }
}

/** Longer than the server's own limit: for a server that is silent altogether. */
const silenceMs = 90_000;

async function endAll(pools: readonly Pool[]): Promise<void> {
  await Promise.all(pools.map((pool) => pool.end()));
}

/** Connects when it is first used. */
function openPool(
  url: string,
  { max, queryTimeoutMs }: { readonly max: number; readonly queryTimeoutMs: number },
): Pool {
  const pool = new Pool({
    connectionString: url,
    application_name: 'daybrief',
    max,
    keepAlive: true,
    connectionTimeoutMillis: 10_000,
    query_timeout: queryTimeoutMs,
    types: { getTypeParser },
  });
  // A broken idle connection is replaced; a query on a broken connection rejects.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}

const parsers: Readonly<Record<number, (text: string) => unknown>> = {
  [types.builtins.INT8]: readInteger,
  // bigint[]
  1016: (text) => (text === '{}' ? [] : text.slice(1, -1).split(',').map(readInteger)),
};

/** All integers are `bigint` there: times in milliseconds, ids and counts fit a number exactly. */
const getTypeParser: typeof types.getTypeParser = (oid: number, format?: 'text' | 'binary') =>
  (format === 'binary' ? undefined : parsers[oid]) ?? types.getTypeParser(oid, format);

function readInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`the database holds ${text}, which is too large`);
  return value;
}

/**
 * The pool for Kysely, with a lost connection reported as an AppError.
 *
 * @param options.sessions statements that each new connection runs first
 */
function withClearErrors(
  pool: Pool,
  { url, sessions }: { readonly url: string; readonly sessions: readonly string[] },
): PostgresPool {
  const known = new WeakMap<PoolClient, Guard>();
  return {
    options: pool.options,
    end: () => pool.end(),
    connect: async () => {
      try {
        const client = await pool.connect();
        const guard = known.get(client) ?? guardQueries(client, url);
        const release = client.release.bind(client);
        client.release = (destroy) => release(destroy ?? guard.isLost);
        if (!known.has(client)) await begin(client, sessions);
        known.set(client, guard);
        return client;
      } catch (error) {
        throw explainPostgresError(error, url);
      }
    },
  };
}

interface Guard {
  /** Removes this connection from the pool. */
  isLost: boolean;
}

function guardQueries(client: PoolClient, url: string): Guard {
  const guard: Guard = { isLost: false };
  const query = client.query.bind(client) as (...input: readonly unknown[]) => Promise<unknown>;
  client.query = (async (...input: readonly unknown[]) => {
    try {
      return await query(...input);
    } catch (error) {
      const explained = explainPostgresError(error, url);
      guard.isLost ||= isConnectionLost(explained);
      throw explained;
    }
  }) as typeof client.query;
  return guard;
}

async function begin(client: PoolClient, sessions: readonly string[]): Promise<void> {
  try {
    for (const statement of sessions) await client.query(statement);
  } catch (error) {
    client.release(true);
    throw error;
  }
}

interface ServerFacts {
  readonly version: number;
  readonly name: string;
  readonly encoding: string;
  readonly readOnly: string;
}

async function requireUsable(db: Kysely<Schema>, url: string): Promise<void> {
  const query = `select current_setting('server_version_num')::int as version,
    current_setting('server_version') as name, current_setting('server_encoding') as encoding,
    current_setting('transaction_read_only') as "readOnly"`;
  const { rows } = await db.executeQuery<ServerFacts>(CompiledQuery.raw(query));
  const [server] = rows;
  if (server === undefined) return;
  if (server.version < 130_000) throw unusable.tooOld(url, server.name);
  if (server.encoding !== 'UTF8') throw unusable.encoding(url, server.encoding);
  if (server.readOnly === 'on') throw unusable.readOnly(url);
}
