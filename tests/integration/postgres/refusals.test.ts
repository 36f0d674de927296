import { expect, inject, test } from 'vitest';

import { AppError } from '../../../src/errors/app-error.ts';
import { deriveSuppressionKeys } from '../../../src/secrets/suppression-keys.ts';
import { openStore } from '../../../src/store/open-store.ts';
import { runAlone, withDatabase } from '../../support/servers/postgres.ts';

const templateUrl = inject('templateUrl') ?? '';
const password = decodeURIComponent(new URL(templateUrl).password);

test('a wrong password is a mistake in the settings', async () => {
  const error = await refusal(changed((url) => (url.password = 'hunter2')));

  expect(error).toMatchObject({ code: 'CONFIG_DATABASE_UNUSABLE', exitStatus: 3 });
  expect(error.hint).toBe('Correct the user name or the password in DATABASE_URL.');
  expect(`${error.message} ${error.hint}`).not.toContain('hunter2');
});

test('no password is a mistake in the settings too', async () => {
  const error = await refusal(changed((url) => (url.password = '')));

  expect(error).toMatchObject({ code: 'CONFIG_DATABASE_UNUSABLE' });
  expect(error.hint).toContain('password in DATABASE_URL');
});

test('a database that is not there is named, with how to make it', async () => {
  const error = await refusal(withDatabase(templateUrl, 'nowhere'));

  expect(error).toMatchObject({ code: 'CONFIG_DATABASE_UNUSABLE', exitStatus: 3 });
  expect(error.message).toContain('/nowhere cannot be used');
  expect(error.hint).toContain('createdb');
});

test.each([
  ['nobody listens', changed((url) => (url.port = '1')), 'ECONNREFUSED'],
  ['no such host is known', changed((url) => (url.host = 'nowhere.invalid')), 'nowhere.invalid'],
])('where %s, the database is unavailable and may come back', async (_, url, said) => {
  const error = await refusal(url);

  expect(error).toMatchObject({ code: 'STORE_UNAVAILABLE', exitStatus: 5 });
  expect(error.message).toContain(said);
  expect(error.message).not.toContain(password);
});

test('reports a server without TLS if the URL asks for TLS', async () => {
  const error = await refusal(changed((url) => url.searchParams.set('sslmode', 'require')));

  expect(error).toMatchObject({ code: 'CONFIG_DATABASE_UNUSABLE' });
  expect(error.hint).toContain('sslmode');
});

test('a database with tables of something else is left alone', async () => {
  const url = await makeDatabase('theirs', ['create table posts (id bigint)']);

  const error = await refusal(url);

  expect(error).toMatchObject({ code: 'CONFIG_DATABASE_UNUSABLE', exitStatus: 3 });
  expect(error.message).toBe('The PostgreSQL database has tables, but not those of Daybrief.');
  await runAlone(url, ['select * from posts']);
});

test('a read-only database is one of a standby, which may change', async () => {
  const url = await makeDatabase('standby');
  const { pathname } = new URL(url);
  await runAlone(url, [`alter database ${pathname.slice(1)} set default_transaction_read_only = on`]);

  const error = await refusal(url);

  expect(error).toMatchObject({ code: 'STORE_UNAVAILABLE', exitStatus: 5 });
  expect(error.message).toContain('is read-only');
});

test('a database in another encoding would lose names, and is refused', async () => {
  const url = await makeDatabase('ascii', [], `encoding 'SQL_ASCII' locale 'C'`);

  const error = await refusal(url);

  expect(error).toMatchObject({ code: 'CONFIG_DATABASE_UNUSABLE' });
  expect(error.message).toContain('is in SQL_ASCII, not in UTF8');
});

test('a schema that is newer than the program is refused, and one that is older names the command', async () => {
  const newer = await makeDatabase('newer', [], `template ${new URL(templateUrl).pathname.slice(1)}`);
  await runAlone(newer, ['insert into schema_version values (999, 0)']);
  const older = await makeDatabase('older', [], `template ${new URL(templateUrl).pathname.slice(1)}`);
  await runAlone(older, ['delete from schema_version where version > 1']);

  expect(await refusal(newer)).toMatchObject({ code: 'STORE_SCHEMA_MISMATCH', exitStatus: 3 });
  expect((await refusal(older)).hint).toContain('daybrief migrate');
});

async function refusal(url: string): Promise<AppError> {
  const opening = openStore({
    database: { kind: 'postgres', url },
    suppressionKeys: deriveSuppressionKeys(['an unused secret']),
    now: new Date(0),
  });
  const error = await opening.then(
    (store) => store.close().then(() => 'it was opened'),
    (refused: unknown) => refused,
  );
  if (error instanceof AppError) return error;
  throw new Error(`not refused in a sentence: ${String(error)}`, { cause: error });
}

function changed(change: (url: URL) => unknown): string {
  const url = new URL(templateUrl);
  change(url);
  return url.href;
}

/** Gone with the server, or by its name when the run ends. */
async function makeDatabase(
  name: string,
  statements: readonly string[] = [],
  how = 'template template0',
): Promise<string> {
  const admin = withDatabase(templateUrl, 'postgres');
  const full = `${new URL(templateUrl).pathname.slice(1)}_${name}`;
  const template = how.includes('template') ? how : `${how} template template0`;
  await runAlone(admin, [`create database ${full} ${template}`]);
  const url = withDatabase(templateUrl, full);
  await runAlone(url, statements);
  return url;
}
