import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import { inject } from 'vitest';

import type { DatabasePlace } from '../../../src/domain/database-place.ts';
import { migrate } from '../../../src/store/database/migrate.ts';
import { openPostgres } from '../../../src/store/database/open-postgres.ts';
import { openSqlite } from '../../../src/store/database/open-sqlite.ts';
import type { Schema } from '../../../src/store/database/schema.ts';
import { runAlone, withDatabase } from '../servers/postgres.ts';

export interface TestDatabase extends AsyncDisposable {
  readonly db: Kysely<Schema>;
  /** How another process opens the same one. */
  readonly place: DatabasePlace;
}

/**
 * A database with our schema and nothing in it, gone when it is disposed of: a file of SQLite, and in the
 * project `postgres` one of PostgreSQL. So the same tests hold both to the same promises.
 */
export async function openTestDatabase(): Promise<TestDatabase> {
  const templateUrl = inject('templateUrl');
  return templateUrl === undefined ? openFile() : openCopy(templateUrl);
}

/** For what only one of the two databases has; no test is left out by it. */
export function isOnPostgres(): boolean {
  return inject('templateUrl') !== undefined;
}

async function openFile(): Promise<TestDatabase> {
  const folder = mkdtempSync(join(tmpdir(), 'daybrief-store-'));
  const path = join(folder, 'daybrief.db');
  schemaFile ??= await makeSchemaFile();
  writeFileSync(path, schemaFile);
  const db = openSqlite(path);
  return {
    db,
    place: { kind: 'sqlite', path },
    async [Symbol.asyncDispose]() {
      await db.destroy();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A database file with our schema and nothing in it: writing it takes a tenth of what all migrations take. */
let schemaFile: Buffer | undefined;

async function makeSchemaFile(): Promise<Buffer> {
  const folder = mkdtempSync(join(tmpdir(), 'daybrief-schema-'));
  try {
    const path = join(folder, 'daybrief.db');
    const db = openSqlite(path);
    await migrate(db, { now: new Date(0) });
    await db.destroy();
    return readFileSync(path);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Databases of this process that are in no use: emptying one is ten times quicker than making one. */
const unused: string[] = [];
let made = 0;

async function openCopy(templateUrl: string): Promise<TestDatabase> {
  const url = unused.pop() ?? (await makeCopy(templateUrl));
  const db = await openPostgres(url);
  return {
    db,
    place: { kind: 'postgres', url },
    async [Symbol.asyncDispose]() {
      await empty(db);
      await db.destroy();
      unused.push(url);
    },
  };
}

async function makeCopy(templateUrl: string): Promise<string> {
  const template = new URL(templateUrl).pathname.slice(1);
  made += 1;
  const name = `${template}_${process.pid}_${made}`;
  await runAlone(withDatabase(templateUrl, 'postgres'), [`create database ${name} template ${template}`]);
  return withDatabase(templateUrl, name);
}

/**
 * Empties every table and restarts its ids. A row at a time this takes a fifth of what `truncate` takes, which writes a
 * new file for each table; large tables are truncated. Without triggers, so that the order of tables does not matter;
 * a user who may not switch them off truncates.
 */
async function empty(db: Kysely<Schema>): Promise<void> {
  await sql`do $$
    declare
      own record;
      filled boolean;
      large text[] := '{}';
      superuser boolean := current_setting('is_superuser') = 'on';
    begin
      if superuser then set local session_replication_role = replica; end if;
      for own in
        select oid, relname as name, relkind from pg_class
        where relnamespace = 'public'::regnamespace and relkind in ('r', 'S') and relname <> 'schema_version'
      loop
        if own.relkind = 'S' then
          execute format('alter sequence %I restart', own.name);
        elsif not superuser or pg_relation_size(own.oid) > 1000000 then
          large := large || quote_ident(own.name);
        else
          execute format('select exists (select from %I)', own.name) into filled;
          if filled then execute format('delete from %I', own.name); end if;
        end if;
      end loop;
      if large <> '{}' then execute format('truncate %s cascade', array_to_string(large, ', ')); end if;
    end $$`.execute(db);
}
