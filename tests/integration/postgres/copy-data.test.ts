import { sql } from 'kysely';
import type { Kysely } from 'kysely';
import { expect, onTestFinished, test } from 'vitest';

import { copyData } from '../../../src/store/copy/copy-data.ts';
import { derivedTables } from '../../../src/store/copy/table-shape.ts';
import { openDatabase } from '../../../src/store/database/open-database.ts';
import type { Schema } from '../../../src/store/database/schema.ts';
import { readCounts } from '../../../src/store/sending/counts.ts';
import { filledFile } from '../../support/store/filled-file.ts';
import { openTestDatabase } from '../../support/store/test-database.ts';
import type { TestDatabase } from '../../support/store/test-database.ts';

const now = new Date(10_000);

test('everything is in the target afterwards: every table, every column, every row', async () => {
  const [from, target] = [await filledFile(50), await emptyTarget()];

  const copied = await copy(from, target);

  const source = await openDatabase({ kind: 'sqlite', path: from });
  onTestFinished(() => source.destroy());
  for (const { table, rows } of copied) {
    const expected = await readAll(source, table);
    expect(expected).toHaveLength(rows);
    expect([table, ...expected]).not.toEqual([table]);
    expect([table, ...(await readAll(target.db, table))]).toEqual([table, ...expected]);
  }
  const names = [...copied.map(({ table }) => table), ...derivedTables].toSorted();
  expect(names).toEqual(await tableNames(target.db));
  for (const editionId of [1, 2]) {
    expect(await readCounts(target.db, editionId)).toEqual(await readCounts(source, editionId));
  }
  expect(await readCounts(target.db, 2)).toMatchObject([{ state: 'accepted', recipients: 50 }]);
});

test('ids continue after the highest one ever used, even by an erased subscriber', async () => {
  const [from, target] = [await filledFile(50), await emptyTarget()];
  await copy(from, target);

  const { id } = await target.db
    .insertInto('subscribers')
    .values({ address: 'a@example.org', canonical: 'a@example.org', name: '', created_at: 0 })
    .returning('id')
    .executeTakeFirstOrThrow();

  // 50 readers, of whom the last was erased, and one who signed up.
  expect(id).toBe(52);
});

test('broken off, it goes on where it was; run again, it changes nothing', async () => {
  const [from, target] = [await filledFile(5_000), await emptyTarget()];
  const interruption = new AbortController();
  const stopped = copy(from, target, {
    signal: interruption.signal,
    onProgress: ({ table }) => {
      if (table === 'deliveries') interruption.abort();
    },
  });
  await expect(stopped).rejects.toMatchObject({ name: 'AbortError' });
  const half = await count(target, 'deliveries');

  const told: number[] = [];
  const copied = await copy(from, target, { onProgress: ({ rows }) => void told.push(rows) });
  const again = await copy(from, target);

  expect(half).toBeGreaterThan(0);
  expect(half).toBeLessThan(5_000);
  expect(told[0]).toBeGreaterThan(half);
  expect(copied).toContainEqual({ table: 'deliveries', rows: 5_000 });
  expect(again).toEqual(copied);
});

test.each([
  ['one more', `insert into suppressions values ('hash', 'key', 'bounced', 0)`],
  ['one of its own', `insert into publications (id, slug) values (99, 'theirs')`],
  ['the same with another value', `update subscribers set name = 'Other' where id = 3`],
  ['fewer, from the middle', 'delete from deliveries where subscriber_id = 3'],
])('a target that holds other rows is refused: %s', async (_, statement) => {
  const [from, target] = [await filledFile(10), await emptyTarget()];
  await copy(from, target);
  await sql.raw(statement).execute(target.db);

  await expect(copy(from, target)).rejects.toMatchObject({ code: 'COPY_DIFFERS' });
});

test('nothing is copied while the source sends, or a worker still holds a batch of it', async () => {
  const [from, target] = [await filledFile(10), await emptyTarget()];
  await change(from, `update editions set state = 'sending'`);

  await expect(copy(from, target)).rejects.toMatchObject({ code: 'COPY_REFUSED' });

  await change(from, `update editions set state = 'paused'`);
  await change(from, 'update batches set done = 0, lease_until = 20000 where id = 1');
  await expect(copy(from, target)).rejects.toMatchObject({ code: 'COPY_REFUSED' });
  expect(await count(target, 'subscribers')).toBe(0);
});

test('a column that only one of them has is named, and nothing is copied', async () => {
  const [from, target] = [await filledFile(10), await emptyTarget()];
  await change(from, 'alter table subscribers add column shoe_size integer');

  await expect(copy(from, target)).rejects.toMatchObject({
    code: 'COPY_REFUSED',
    details: ['subscribers.shoe_size is only in the source.'],
  });

  expect(await count(target, 'publications')).toBe(0);
});

test('a file that is not there is named, and not made', async () => {
  const target = await emptyTarget();

  await expect(copy('/nowhere/daybrief.db', target)).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
});

test('no process can write to the source while it is copied', async () => {
  const [from, target] = [await filledFile(10), await emptyTarget()];
  const writer = await openDatabase({ kind: 'sqlite', path: from });
  onTestFinished(() => writer.destroy());
  await sql`pragma busy_timeout = 0`.execute(writer);
  const write = async () => {
    await expect(writer.deleteFrom('suppressions').execute()).rejects.toThrow(/locked/u);
  };
  const attempts: Promise<void>[] = [];

  const copied = await copy(from, target, { onProgress: () => void attempts.push(write()) });

  await Promise.all(attempts);
  expect(attempts.length).toBeGreaterThanOrEqual(copied.length);
});

type Overrides = Partial<Parameters<typeof copyData>[0]>;

function copy(from: string, target: TestDatabase, overrides: Overrides = {}) {
  if (target.place.kind !== 'postgres') throw new Error('this is about PostgreSQL');
  const { signal } = new AbortController();
  return copyData({ from, to: target.place.url, now, signal, onProgress: () => {}, ...overrides });
}

async function emptyTarget(): Promise<TestDatabase> {
  const target = await openTestDatabase();
  onTestFinished(() => target[Symbol.asyncDispose]());
  return target;
}

async function change(path: string, statement: string): Promise<void> {
  const db = await openDatabase({ kind: 'sqlite', path });
  await sql.raw(statement).execute(db);
  await db.destroy();
}

async function readAll(db: Kysely<Schema>, table: string): Promise<readonly string[]> {
  const { rows } = await sql<object>`select * from ${sql.table(table)}`.execute(db);
  return rows.map((row) => JSON.stringify(row, Object.keys(row).toSorted())).toSorted();
}

async function tableNames(db: Kysely<Schema>): Promise<readonly string[]> {
  const { rows } = await sql<{ readonly name: string }>`
    select table_name as name from information_schema.tables
    where table_schema = 'public' and table_name <> 'schema_version' order by table_name collate "C"`.execute(
    db,
  );
  return rows.map(({ name }) => name);
}

async function count(target: TestDatabase, table: string): Promise<number> {
  const { rows } = await sql<{ readonly n: number }>`select count(*) as n from ${sql.table(table)}`.execute(
    target.db,
  );
  return rows[0]?.n ?? 0;
}
