import { Client } from 'pg';
import type { TestProject } from 'vitest/node';

import { migrateStore } from '../../../src/store/open-store.ts';
import { PostgresServer } from './postgres-server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Of a database with our schema and nothing in it, which is copied and never changed. */
    readonly templateUrl?: string;
  }
}

/**
 * vitest's global setup for tests on PostgreSQL: one server for the whole run, or the one that
 * TEST_DATABASE_URL names, with an empty database that every test file copies.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const named = process.env['TEST_DATABASE_URL'];
  const server = named === undefined || named === '' ? await PostgresServer.create() : undefined;
  const adminUrl = server?.url ?? named ?? '';
  const template = `daybrief_test_${Date.now().toString(36)}_${process.pid}`;
  await runAlone(adminUrl, [`create database ${template} encoding 'UTF8' template template0`]);
  const templateUrl = withDatabase(adminUrl, template);
  await migrateStore({ database: { kind: 'postgres', url: templateUrl }, now: new Date(0) });
  project.provide('templateUrl', templateUrl);
  return async () => {
    if (server === undefined) await dropCopies(adminUrl, template);
    else await server[Symbol.asyncDispose]();
  };
}

/** The same server, another database. */
export function withDatabase(url: string, database: string): string {
  const changed = new URL(url);
  changed.pathname = `/${database}`;
  return changed.href;
}

/** Runs statements on a connection of their own. */
export async function runAlone(url: string, statements: readonly string[]): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

async function dropCopies(adminUrl: string, template: string): Promise<void> {
  const client = new Client({ connectionString: adminUrl });
  await client.connect();
  const { rows } = await client.query<{ readonly datname: string }>(
    'select datname from pg_database where starts_with(datname, $1)',
    [template],
  );
  for (const { datname } of rows) await client.query(`drop database ${datname} with (force)`);
  await client.end();
}
