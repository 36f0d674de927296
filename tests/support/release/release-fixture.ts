import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import Database from 'better-sqlite3';
import { inject } from 'vitest';

import type { DatabasePlace } from '../../../src/domain/database-place.ts';
import { runAlone, withDatabase } from '../servers/postgres.ts';
import type { KeyedValues } from './keyed-values.ts';
import type { KeptMail } from './release-harness.ts';
import type { makeSignupCounters } from './signup-counters.ts';

/** What version 0.1 made; its README says how. */
const release = join(import.meta.dirname, '../../fixtures/release-0.1');

type PinnedValues = KeyedValues & {
  readonly signupCounters: Awaited<ReturnType<typeof makeSignupCounters>>;
};

export const pinned: Readonly<Record<'older' | 'newer', PinnedValues>> = JSON.parse(
  readText('keyed-values.json'),
);
export const pinnedMail: readonly KeptMail[] = JSON.parse(readText('mail.json'));
/** DAYBRIEF_SECRET of the database: the older secret was replaced by the newer one. */
export const releaseSecrets = [pinned.newer.secret, pinned.older.secret];

/** The pinned mail with this number to an address, counted from 1. */
export function pinnedMailTo(address: string, nth: number): KeptMail {
  const mail = pinnedMail.filter(({ to }) => to === address)[nth - 1];
  if (mail === undefined) throw new Error(`The fixture has no mail ${nth} to ${address}.`);
  return mail;
}

/** The one URL of a kind, such as `confirm`, in a mail. */
export function urlOf(mail: { readonly urls: readonly string[] }, kind: string): string {
  const [url, ...others] = mail.urls.filter((url) => new URL(url).pathname.startsWith(`/${kind}/`));
  if (url === undefined || others.length > 0) throw new Error(`The mail does not have one URL of ${kind}.`);
  return url;
}

/** Copies the folder that the release ran in, without its database: publications, and images in `data`. */
export function copyReleaseHome(folder: string): void {
  cpSync(join(release, 'home'), folder, { recursive: true });
}

/** Makes the SQLite file that the release left behind. */
export function restoreSqlite(path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  const database = new Database(path);
  try {
    database.exec(readText('sqlite.sql'));
  } finally {
    database.close();
  }
}

/** Fills an empty PostgreSQL database with the same content. */
export async function restorePostgres(url: string): Promise<void> {
  await runAlone(url, [readText('postgres.sql')]);
}

let restored = 0;

/**
 * The database that the release left behind, on the database of the test's project. Migrating it is left to
 * the test.
 */
export async function restoreRelease(folder: string): Promise<DatabasePlace> {
  const templateUrl = inject('templateUrl');
  if (templateUrl === undefined) {
    const path = join(folder, 'data/daybrief.db');
    restoreSqlite(path);
    return { kind: 'sqlite', path };
  }
  restored += 1;
  const name = `${new URL(templateUrl).pathname.slice(1)}_release_${process.pid}_${restored}`;
  const adminUrl = withDatabase(templateUrl, 'postgres');
  await runAlone(adminUrl, [`create database ${name} encoding 'UTF8' template template0`]);
  const url = withDatabase(templateUrl, name);
  await restorePostgres(url);
  return { kind: 'postgres', url };
}

function readText(name: string): string {
  return readFileSync(join(release, name), 'utf8');
}
