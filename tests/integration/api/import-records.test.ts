import { afterEach, beforeEach, expect, test } from 'vitest';

import { until } from '../../support/until.ts';
import { ApiSite } from '../../support/web/api-site.ts';

let site: ApiSite;
let token: string;

beforeEach(async () => {
  site = await ApiSite.open();
  token = await site.token(['subscribers'], { name: 'crm' });
});

afterEach(async () => {
  await site[Symbol.asyncDispose]();
});

interface Import {
  readonly id: string;
  readonly state: string;
  readonly rows: number;
  readonly isBegun: boolean;
  readonly code?: string;
  readonly hint?: string;
  readonly result: { readonly added: number } | null;
}

async function ask(url: string, path: string, init: RequestInit = {}): Promise<Import> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'text/csv' };
  const answer = await fetch(`${url}/api/v1/publications/letter/imports${path}`, { headers, ...init });
  return (await answer.json()) as Import;
}

async function reached(state: string, id: string): Promise<void> {
  await until(`the import is ${state}`, async () => {
    return (await ask(site.desk.live.url, `/${id}`)).state === state;
  });
}

async function checked(text: string): Promise<string> {
  const { id } = await ask(site.desk.live.url, '?name=people.csv', { method: 'POST', body: text });
  await reached('checked', id);
  return id;
}

test('another process shows an import, and says that it cannot run it', async () => {
  const id = await checked('email\na@example.org\n');
  await using other = await site.desk.live.another();

  expect(await ask(other.url, `/${id}`)).toMatchObject({ state: 'checked', result: { added: 1 } });
  const refused = await ask(other.url, `/${id}/run`, {
    method: 'POST',
    body: '{}',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
  });
  expect(refused).toMatchObject({ code: 'IMPORT_STATE' });
  expect(refused.hint).toContain('Send the file again');
});

test('after a restart an import that was not run is interrupted, and nothing was written', async () => {
  const id = await checked('email\na@example.org\n');
  await site.desk.live.close();
  await using other = await site.desk.live.another();

  expect(await ask(other.url, `/${id}`)).toMatchObject({ state: 'interrupted', isBegun: false });
});

test('after a restart an import that had ended still says what it did', async () => {
  const id = await checked('email\na@example.org\n');
  await site.call('runImport', { token, params: { id } });
  await reached('done', id);
  await site.desk.live.close();
  await using other = await site.desk.live.another();

  expect(await ask(other.url, `/${id}`)).toMatchObject({ state: 'done', result: { added: 1 } });
});

test('an import whose process is silent is interrupted, and says how many rows were read', async () => {
  const id = await checked('email\na@example.org\n');
  const { harness } = site.desk.live;
  await site.desk.live.close();
  harness.tamper(
    "update import_jobs set state = 'importing', is_begun = 1, rows_read = 1200, alive_at = ? where import_id = ?",
    Date.now() - 61_000,
    id,
  );
  await using other = await site.desk.live.another();

  expect(await ask(other.url, `/${id}`)).toMatchObject({ state: 'interrupted', isBegun: true, rows: 1_200 });
});

test('the record has no address, and an import that was removed leaves none', async () => {
  const { id } = await ask(site.desk.live.url, '?name=ana@example.org.csv', {
    method: 'POST',
    body: 'email,status\na@example.org,gone fishing\n',
  });
  await reached('failed', id);
  const records = () => JSON.stringify(site.desk.live.harness.query('select * from import_jobs'));

  expect(records()).toContain('gone fishing');
  expect(records()).not.toContain('@example.org');
});

test('rejected rows are read as a CSV file, and refused where there are none', async () => {
  const id = await checked('email,name\na@example.org,Ana\nno address,=1+1\n');
  const headers = { authorization: `Bearer ${token}` };
  const url = `${site.desk.live.url}/api/v1/publications/letter/imports/${id}`;
  const answer = await fetch(`${url}/rejects`, { headers });
  const text = await answer.text();
  const without = await checked('email\nb@example.org\n');
  const refused = await site.call('getImportRejects', { token, params: { id: without } });

  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/csv; charset=utf-8']);
  expect(text).toContain('no address');
  expect(text).not.toContain('a@example.org');
  expect(text).not.toMatch(/,=1\+1/u);
  expect([refused.status, refused.body.code]).toEqual([409, 'IMPORT_STATE']);
});
