import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { truncateLog } from '../../../../src/store/database/dialect.ts';
import { migrate } from '../../../../src/store/database/migrate.ts';
import { openSqlite } from '../../../../src/store/database/open-sqlite.ts';
import { tempFolder } from '../../../support/temp-folder.ts';

const modeOf = (path: string) => statSync(path).mode & 0o777;

test('only the owner can read an SQLite database, its log and its shared memory, in any folder', async () => {
  const folder = tempFolder();
  chmodSync(folder, 0o755);
  const path = join(folder, 'daybrief.db');

  const db = openSqlite(path);
  await migrate(db, { now: new Date() });

  for (const file of [path, `${path}-wal`, `${path}-shm`]) expect(modeOf(file)).toBe(0o600);
  await db.destroy();
});

test('a database that others can read becomes readable for its owner only', async () => {
  const path = join(tempFolder(), 'daybrief.db');
  writeFileSync(path, '', { mode: 0o644 });
  chmodSync(path, 0o644);

  const db = openSqlite(path);
  await migrate(db, { now: new Date() });

  expect(modeOf(path)).toBe(0o600);
  await db.destroy();
});

test('an emptied log contains no erased data, nor does the database', async () => {
  const path = join(tempFolder(), 'daybrief.db');
  const db = openSqlite(path);
  await migrate(db, { now: new Date() });
  await db.insertInto('publications').values({ id: 1, slug: 'erased-slug' }).execute();
  await db.deleteFrom('publications').execute();
  const before = readFileSync(`${path}-wal`).includes('erased-slug');

  await truncateLog(db);

  expect(before).toBe(true);
  expect(readFileSync(`${path}-wal`)).toHaveLength(0);
  expect(readFileSync(path).includes('erased-slug')).toBe(false);
  await db.destroy();
});
