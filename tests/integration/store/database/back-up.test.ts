import { execFile } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import { expect, onTestFinished, test } from 'vitest';

import type { DatabasePlace } from '../../../../src/domain/database-place.ts';
import { backUp } from '../../../../src/store/copy/back-up.ts';
import { openDatabase } from '../../../../src/store/database/open-database.ts';
import type { Schema } from '../../../../src/store/database/schema.ts';
import { runAlone, withDatabase } from '../../../support/servers/postgres.ts';
import { StoreFixture } from '../../../support/store/store-fixture.ts';
import { tempFolder } from '../../../support/temp-folder.ts';

const { env } = process;

test('a copy made while others write holds whole transactions, and all of those from before', async () => {
  await using store = await StoreFixture.create();
  await store.subscribe(20);
  await store.publish(await store.approve('2026-11-23'), 10);
  const path = emptyFile();
  const writing = { isOver: false, transactions: 0 };
  const written = writeOn(store.db, writing);

  await backUp(store.database.place, { path, env }).finally(() => (writing.isOver = true));
  await written;

  const copy = await restore(store.database.place, path);
  const subscribers = await count(copy, 'subscribers');
  expect(writing.transactions).toBeGreaterThan(0);
  expect(subscribers).toBeGreaterThanOrEqual(20);
  expect(await count(copy, 'subscriptions')).toBe(subscribers);
  expect(await count(copy, 'batches')).toBe(2);
  const [edition] = await copy.selectFrom('editions').selectAll().execute();
  expect(edition).toMatchObject({ date: '2026-11-23', state: 'sending', intended: 20 });
});

test('a database that is not there is not made by copying it', async () => {
  await using store = await StoreFixture.create();
  const { place } = store.database;
  const missing: DatabasePlace =
    place.kind === 'sqlite'
      ? { ...place, path: `${place.path}.missing` }
      : { ...place, url: withDatabase(place.url, 'missing') };

  const copying = backUp(missing, { path: emptyFile(), env });

  await expect(copying).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', exitStatus: 5 });
  if (missing.kind === 'sqlite') expect(existsSync(missing.path)).toBe(false);
  else await expect(openDatabase(missing)).rejects.toMatchObject({ code: 'CONFIG_DATABASE_UNUSABLE' });
});

/** Each transaction adds a person with a subscription. */
async function writeOn(
  db: Kysely<Schema>,
  writing: { isOver: boolean; transactions: number },
): Promise<void> {
  while (!writing.isOver) {
    await db.transaction().execute(async (trx) => {
      const id = 1_000 + writing.transactions;
      const address = `reader${id}@example.org`;
      const times = { created_at: 0, changed_at: 0 };
      await trx
        .insertInto('subscribers')
        .values({ id, address, canonical: address, name: '', created_at: 0 })
        .execute();
      await trx
        .insertInto('subscriptions')
        .values({ publication_id: 1, subscriber_id: id, state: 'active', source: 'test', ...times })
        .execute();
    });
    writing.transactions += 1;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function emptyFile(): string {
  const path = join(tempFolder(), 'copy');
  writeFileSync(path, '', { mode: 0o600 });
  return path;
}

/** Opens what the copy is of. */
async function restore(place: DatabasePlace, path: string): Promise<Kysely<Schema>> {
  const db = await openDatabase(await restoredPlace(place, path));
  onTestFinished(() => db.destroy());
  return db;
}

async function restoredPlace(place: DatabasePlace, path: string): Promise<DatabasePlace> {
  if (place.kind === 'sqlite') return { kind: 'sqlite', path };
  const name = `${new URL(place.url).pathname.slice(1)}_restored`;
  await runAlone(place.url, [`create database ${name} template template0`]);
  const url = withDatabase(place.url, name);
  await promisify(execFile)('pg_restore', ['--no-owner', `--dbname=${url}`, path]);
  return { kind: 'postgres', url };
}

async function count(db: Kysely<Schema>, table: string): Promise<number> {
  const { rows } = await sql<{ readonly n: number }>`select count(*) as n from ${sql.table(table)}`.execute(
    db,
  );
  return rows[0]?.n ?? 0;
}
