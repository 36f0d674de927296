import { closeSync, existsSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';

import { sql } from 'kysely';
import { expect, test } from 'vitest';

import { checkIntegrity, examineDatabase } from '../../../../src/store/database/examine-database.ts';
import { openStore } from '../../../../src/store/open-store.ts';
import { StoreFixture } from '../../../support/store/store-fixture.ts';
import { tempFolder } from '../../../support/temp-folder.ts';

const patient = new AbortController().signal;

test('a database with the schema of this program is there, and sound', async () => {
  await using fixture = await StoreFixture.create();
  const { place } = fixture.database;

  expect(await examineDatabase(place)).toMatchObject({ exists: true, version: expect.any(Number) as number });
  expect(await checkIntegrity(place, patient)).toEqual({ kind: 'sound' });
});

test('a database of a newer or older program is refused with what to do', async () => {
  await using fixture = await StoreFixture.create();
  const { place } = fixture.database;
  await sql`insert into schema_version (version, applied_at) values (999, 0)`.execute(fixture.db);

  await expect(examineDatabase(place)).rejects.toMatchObject({ code: 'STORE_SCHEMA_MISMATCH' });
});

test('a missing SQLite file is reported and not made', async () => {
  const path = join(tempFolder(), 'daybrief.db');

  expect(await examineDatabase({ kind: 'sqlite', path })).toEqual({ exists: false, place: path });
  expect(existsSync(path)).toBe(false);
});

test('a damaged SQLite file is found', async () => {
  const path = join(tempFolder(), 'daybrief.db');
  const store = await openStore({ database: { kind: 'sqlite', path }, suppressionKeys: [], now: new Date() });
  await store.close();
  const file = openSync(path, 'r+');
  // Past the pages of the schema, so that the file opens.
  writeSync(file, Buffer.alloc(8_192, 0x55), 0, 8_192, 4_096 * 12);
  closeSync(file);

  expect(await checkIntegrity({ kind: 'sqlite', path }, patient)).toMatchObject({ kind: 'damaged' });
});

test('a file that is no database is found', async () => {
  const path = join(tempFolder(), 'daybrief.db');
  writeFileSync(path, 'x'.repeat(8_192));

  expect(await checkIntegrity({ kind: 'sqlite', path }, patient)).toEqual({
    kind: 'damaged',
    why: 'file is not a database',
  });
});

test('a check that has no time left ends its process', async () => {
  const path = join(tempFolder(), 'daybrief.db');
  writeFileSync(path, '');

  await expect(checkIntegrity({ kind: 'sqlite', path }, AbortSignal.abort())).rejects.toThrow(/aborted/u);
});
