import { readdirSync, statSync } from 'node:fs';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { until } from '../../support/until.ts';
import { DeskSite } from '../../support/web/desk-site.ts';
import type { DeskVisitor } from '../../support/web/desk-site.ts';

let site: DeskSite;
let operator: DeskVisitor;

beforeEach(async () => {
  site = await DeskSite.open();
  operator = await site.visitorAs('operator:letter');
});

afterEach(async () => {
  await site[Symbol.asyncDispose]();
});

async function upload(text: string | Blob, name = 'people.csv', visitor = operator): Promise<Response> {
  const body = new FormData();
  body.set('form-token', await visitor.formToken('/desk'));
  body.set('file', text instanceof Blob ? text : new Blob([text]), name);
  const headers = { accept: 'text/html', origin: 'https://news.example.org' };
  return visitor.send('/desk/p/letter/import', { method: 'POST', body, headers });
}

/** The page of an import once nothing is under way. */
async function settled(path: string): Promise<string> {
  let body = '';
  await until('the file has been read', async () => {
    body = await (await operator.get(path)).text();
    return !body.includes('data-refresh');
  });
  return body;
}

async function begin(text: string): Promise<{ readonly path: string; readonly body: string }> {
  const answer = await upload(text);
  const path = answer.headers.get('location') ?? '';
  expect([answer.status, path]).toEqual([
    303,
    expect.stringMatching(/^\/desk\/p\/letter\/import\/[\w-]{36}$/u),
  ]);
  return { path, body: await settled(path) };
}

const subscribers = () => site.live.harness.query('select id from subscribers').length;
const uploads = () => {
  try {
    return readdirSync(site.live.harness.path('data/uploads'));
  } catch {
    return [];
  }
};

test('a file is shown with what would happen, and written only after the confirmation', async () => {
  const { path, body } = await begin(
    'Email,Full name\nann@example.org,Ann\nbob@example.org,"<script>alert(1)</script>"\nnot an address,<b>\n',
  );

  expect(body).toContain('&quot;Email&quot; as email, &quot;Full name&quot; as name');
  expect(body).toContain('Yes, import 2 subscribers into The Letter');
  expect(subscribers()).toBe(0);
  const [file = ''] = uploads();
  expect(statSync(site.live.harness.path(`data/uploads/${file}`)).mode & 0o077).toBe(0);

  const refused = await operator.post(`${path}/run`, {}, { page: '/desk' });
  expect([refused.status, subscribers()]).toEqual([422, 0]);
  await operator.post(`${path}/run`, { confirm: 'yes' }, { page: '/desk' });
  const after = await settled(path);

  expect(after).toContain('Imported. 2 subscribers were added to The Letter.');
  expect(after).not.toContain('<script>alert');
  expect(subscribers()).toBe(2);
  const rejects = await operator.get(`${path}/rejects`);
  expect(rejects.headers.get('content-disposition')).toContain('attachment');
  expect(await rejects.text()).toMatch(/^"?line"?,"?reason"?,"?sentence"?,"?Email"?,.*\r?\n"?4"?,/u);
  expect(
    site.live.harness.query(
      `select action, actor, subject from audit_log where action like 'import-%' order by id`,
    ),
  ).toEqual([
    { action: 'import-started', actor: 'operator-letter@example.org', subject: 'letter' },
    { action: 'import-ended', actor: 'operator-letter@example.org', subject: 'letter' },
  ]);
  await operator.post(`${path}/remove`, {}, { page: '/desk' });
  expect(uploads()).toEqual([]);
  // What it did stays, and its rejects are gone.
  expect(await (await operator.get(path)).text()).toContain('Imported. 2 subscribers were added');
  expect((await operator.get(`${path}/rejects`)).status).toBe(404);
  expect(await (await operator.get('/desk/p/letter/import')).text()).toContain('imported, 3 rows');
});

test('a file that is not understood says why, and is read again in another way', async () => {
  const { path, body } = await begin('who,plan\nann@example.org,gold\n');
  expect(body).toContain('Nothing was written.');

  await operator.post(`${path}/check`, { map: 'email=who', ignore: 'plan' }, { page: '/desk' });
  const again = await settled(path);

  expect(again).toContain('Yes, import 1 subscriber into The Letter');
});

describe('a file', () => {
  test.each([
    ['without a byte', '', 'The file is empty'],
    ['that is no table', new Blob([Buffer.from([0xff, 0xd8, 0xff, 0x00, 0x00])]), ''],
  ])('%s is refused, and leaves nothing', async (_, content, said) => {
    const answer = await upload(content);
    const path = answer.headers.get('location');
    const body = path === null ? await answer.text() : await settled(path);

    expect(body).toContain(said);
    expect(subscribers()).toBe(0);
    if (path === null) expect(uploads()).toEqual([]);
  });

  test('whose upload breaks off leaves nothing', async () => {
    const token = await operator.formToken('/desk');
    const stop = new AbortController();
    const head = `--b\r\ncontent-disposition: form-data; name="form-token"\r\n\r\n${token}\r\n--b\r\ncontent-disposition: form-data; name="file"; filename="a.csv"\r\n\r\nemail\n`;
    const body = new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode(head));
      },
    });
    const headers = {
      accept: 'text/html',
      origin: 'https://news.example.org',
      'content-type': 'multipart/form-data; boundary=b',
    };
    const sent = operator.send('/desk/p/letter/import', {
      method: 'POST',
      body,
      headers,
      signal: stop.signal,
      duplex: 'half',
    });
    await until('the file is there', () => uploads().length === 1);

    stop.abort();

    await expect(sent).rejects.toThrow(/abort/iu);
    await until('it is removed', () => uploads().length === 0);
  });

  test('of another publication is refused before it is read', async () => {
    const other = await site.visitorAs('operator:night');

    expect((await upload('email\nann@example.org\n', 'a.csv', other)).status).toBe(403);
    expect(uploads()).toEqual([]);
  });
});

test('of many uploads at the same moment ten are taken, and the others leave no file', async () => {
  const token = await operator.formToken('/desk');
  const send = async () => {
    const body = new FormData();
    body.set('form-token', token);
    body.set('file', new Blob(['email\nada@example.net\n']), 'people.csv');
    const headers = { accept: 'text/html', origin: 'https://news.example.org' };
    return operator.send('/desk/p/letter/import', { method: 'POST', body, headers });
  };

  const answers = await Promise.all(Array.from({ length: 14 }, send));

  const taken = answers.filter(({ status }) => status === 303);
  expect(taken).toHaveLength(10);
  await Promise.all(taken.map((one) => settled(one.headers.get('location') ?? '')));
  expect(readdirSync(site.live.harness.path('data/uploads'))).toHaveLength(10);
});
