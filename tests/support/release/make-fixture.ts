import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { PostgresServer } from '../servers/postgres-server.ts';
import { runAlone, withDatabase } from '../servers/postgres.ts';
import { makeKeyedValues } from './keyed-values.ts';
import { ReleaseHarness } from './release-harness.ts';
import { runHistory, newerSecret, olderSecret } from './release-history.ts';
import { makeSignupCounters } from './signup-counters.ts';

/**
 * Writes what the program of this checkout makes, as a fixture that later versions must accept. Run on the
 * commit of a release: `node tests/support/release/make-fixture.ts tests/fixtures/release-<version>`. Needs
 * `sqlite3`, `pg_dump` and the packages that tests on PostgreSQL and Redis need.
 */
async function makeFixture(folder: string): Promise<void> {
  await using harness = await ReleaseHarness.create();
  await runHistory(harness);
  mkdirSync(folder, { recursive: true });
  const writeJson = (name: string, value: unknown) =>
    writeFileSync(join(folder, name), `${JSON.stringify(value, null, 2)}\n`);
  writeJson('keyed-values.json', {
    older: { ...makeKeyedValues(olderSecret), signupCounters: await makeSignupCounters(olderSecret) },
    newer: { ...makeKeyedValues(newerSecret), signupCounters: await makeSignupCounters(newerSecret) },
  });
  writeJson('mail.json', harness.mail);
  const path = (name: string) => harness.harness.path(name);
  writeFileSync(join(folder, 'sqlite.sql'), await output('sqlite3', path('data/daybrief.db'), '.dump'));
  writeFileSync(join(folder, 'postgres.sql'), await dumpOnPostgres(harness));
  cpSync(path('data/images'), join(folder, 'home/data/images'), { recursive: true });
  for (const name of ['letter/publication.yaml', 'letter/images/logo.png', 'night/publication.yaml'])
    cpSync(path(`digests/${name}`), join(folder, `home/digests/${name}`));
}

/** The same content moved by `copy-data`, as plain SQL. */
async function dumpOnPostgres(harness: ReleaseHarness): Promise<string> {
  await using server = await PostgresServer.create();
  await runAlone(server.url, ['create database release']);
  const url = withDatabase(server.url, 'release');
  const when = { at: '2026-11-24T06:30Z', secrets: `${newerSecret},${olderSecret}` };
  await harness.run(when, 'copy-data', '--from', 'sqlite:data/daybrief.db', '--to', url);
  const dump = await output('pg_dump', '--inserts', '--no-owner', '--no-privileges', url);
  // Commands of psql, which a server does not know.
  return dump.replaceAll(/^\\(?:un)?restrict .*\n/gmu, '');
}

async function output(program: string, ...args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(program, args, { maxBuffer: 2 ** 26 });
  return stdout;
}

const [, , folder] = process.argv;
if (folder === undefined) throw new Error('Name the folder to write to: tests/fixtures/release-<version>.');
await makeFixture(folder);
