import { afterAll, beforeAll, expect, test } from 'vitest';

import { until } from '../../support/until.ts';
import { ApiSite } from '../../support/web/api-site.ts';

let site: ApiSite;
let token: string;

beforeAll(async () => {
  site = await ApiSite.open();
  token = await site.token(['subscribers'], { name: 'crm' });
});

afterAll(async () => {
  await site[Symbol.asyncDispose]();
});

async function begin(text: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
  return fetch(`${site.desk.live.url}/api/v1/publications/letter/imports?name=people.csv`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'text/csv', ...headers },
    body: text,
  });
}

async function idOf(answer: Response): Promise<string> {
  return ((await answer.json()) as { readonly id: string }).id;
}

/** Waits for the end of a step, as a program does. */
async function ended(id: string) {
  let answer = await site.call('getImport', { token, params: { id } });
  await until('the import has ended its step', async () => {
    answer = await site.call('getImport', { token, params: { id } });
    return ['checked', 'done', 'failed'].includes(String(answer.body['state']));
  });
  return answer.body;
}

function subscribers(): number {
  return site.desk.live.harness.number('select count(*) from subscribers');
}

test('a file is checked, shown with what would happen, and imported once', async () => {
  const begun = await begin('email,name\na@example.org,Ana\nb@example.org,\nno address,\n');
  const id = await idOf(begun);
  const checked = await ended(id);

  expect(begun.status).toBe(202);
  expect(checked).toMatchObject({
    state: 'checked',
    result: { rows: 3, added: 2, rejected: 1, columns: { read: { email: 'email' } } },
  });
  expect(subscribers()).toBe(0);
  const run = await site.call('runImport', { token, params: { id } });
  expect(run.status).toBe(202);
  expect(await ended(id)).toMatchObject({ state: 'done', result: { added: 2, rejected: 1 } });
  expect(subscribers()).toBe(2);
  const again = await site.call('runImport', { token, params: { id } });
  expect([again.status, again.body.code]).toEqual([409, 'IMPORT_STATE']);
  const entries = site.desk.live.harness.query(
    "select distinct actor, origin from audit_log where action like 'import-%'",
  );
  expect(entries).toEqual([{ actor: 'crm', origin: 'api' }]);
});

test('a column that is not understood stops it with the sentence of the command line, until it is explained', async () => {
  const text = 'email,status\nc@example.org,gone fishing\n';
  const id = await idOf(await begin(text));
  const failed = await ended(id);
  site.desk.live.harness.write('people.csv', text);
  const { stdout } = await site.desk.live.harness.run(
    'subscribers',
    'import',
    'letter',
    'people.csv',
    '--dry-run',
    '--json',
  );

  const { error } = JSON.parse(stdout) as { readonly error: { readonly message: string } };
  expect(failed).toMatchObject({
    state: 'failed',
    problem: { code: 'IMPORT_INVALID', detail: error.message },
  });
  const body = { states: { 'Gone fishing': 'unsubscribed' } };
  const checked = await site.call('checkImport', { token, params: { id }, body });
  expect(checked.status).toBe(202);
  expect(await ended(id)).toMatchObject({ state: 'checked', result: { unsubscribedNow: 1 } });
});

test('an import is of its publication alone, and an unknown one is 404', async () => {
  const id = await idOf(await begin('email\nd@example.org\n'));
  await ended(id);

  const other = await site.call('getImport', { token, params: { slug: 'night', id } });
  const unknown = await site.call('runImport', { token, params: { id: crypto.randomUUID() } });

  expect([other.status, other.body.code]).toEqual([404, 'IMPORT_NOT_FOUND']);
  expect([unknown.status, unknown.body.code]).toEqual([404, 'IMPORT_NOT_FOUND']);
});

test('a file that is sent again with its key is one import', async () => {
  const headers = { 'idempotency-key': '"file"' };
  const first = await begin('email\ne@example.org\n', headers);
  const second = await begin('email\ne@example.org\n', headers);

  expect(await idOf(second)).toBe(await idOf(first));
  expect(second.headers.get('idempotency-replayed')).toBe('true');
});

test.each([
  ['that is empty', '', 422],
  ['of another type', '{}', 415],
])('a file %s is refused', async (_name, text, status) => {
  const answer = await begin(text, status === 415 ? { 'content-type': 'application/json' } : {});

  expect(answer.status).toBe(status);
});
