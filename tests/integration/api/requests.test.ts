import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { scopes } from '../../../src/domain/accounts/api-token.ts';
import { ApiSite } from '../../support/web/api-site.ts';

let site: ApiSite;
let token: string;

beforeAll(async () => {
  site = await ApiSite.open();
  token = await site.token([...scopes]);
  await site.desk.publish(
    12,
    Array.from({ length: 9 }, () => ({ reason: 'policy', reply: '5.7.1 Refused' })),
  );
});

afterAll(async () => {
  await site[Symbol.asyncDispose]();
});

function send(path: string, init: RequestInit = {}): Promise<Response> {
  const headers = { authorization: `Bearer ${token}`, ...(init.headers as Record<string, string>) };
  return fetch(`${site.desk.live.url}${path}`, { ...init, headers });
}

const suppressions = '/api/v1/suppressions';
const json = { 'content-type': 'application/json' };

async function statesAfter(answer: Response): Promise<readonly [number, string, string | undefined]> {
  const body = (await answer.json()) as { readonly type: string; readonly code?: string };
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  return [answer.status, body.type, body.code];
}

function itemsOf(body: object): readonly { readonly address: string }[] {
  return (body as { readonly items: readonly { readonly address: string }[] }).items;
}

describe('a problem document', () => {
  test.each([
    ['a path that is not there', '/api/v1/nothing', 'GET', 404],
    ['the root', '/api/v1', 'GET', 404],
    ['a method that the path does not take', '/api/v1/publications', 'DELETE', 405],
    ['a date that does not exist', '/api/v1/publications/letter/editions/2026-02-31', 'GET', 404],
  ])('answers %s', async (_name, path, method, status) => {
    const answer = await send(path, { method });

    expect(await statesAfter(answer)).toEqual([status, 'about:blank', undefined]);
  });

  test('has the code and the sentence of the command line', async () => {
    const answer = await site.call('getEdition', { token, params: { date: '2020-01-01' } });
    const command = await site.desk.live.harness.run('status', 'letter/2020-01-01', '--json');

    const { error } = JSON.parse(command.stdout) as { readonly error: Record<string, unknown> };
    expect(answer.body).toEqual({
      type: 'urn:daybrief:problem:edition-not-found',
      title: 'Edition not found',
      status: 404,
      detail: error['message'],
      code: error['code'],
      hint: error['hint'],
    });
  });

  test('names each mistake with its place', async () => {
    const body = { address: 'a@example.org', reason: '', 'a/b~c': 1 };
    const answer = await site.call('suppress', { token, body });

    expect(answer.status).toBe(422);
    expect(answer.body).toMatchObject({
      code: 'REQUEST_INVALID',
      mistakes: [
        { in: 'body', at: '/reason' },
        { in: 'body', at: '', message: expect.stringContaining('a/b~c') },
      ],
    });
  });

  test.each([
    ['limit=0', 'limit'],
    ['limit=201', 'limit'],
    ['limit=1e1', 'limit'],
    ['limit=1&limit=2', 'limit'],
    ['state=nowhere', 'state'],
    ['unknown=1', ''],
  ])('names the parameter that is wrong in ?%s', async (query, at) => {
    const answer = await send(`/api/v1/publications/letter/editions?${query}`);

    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({
      code: 'REQUEST_MALFORMED',
      mistakes: [expect.objectContaining({ in: 'query', at })],
    });
  });
});

describe('a hostile body', () => {
  const cases: readonly (readonly [string, RequestInit, number, string | undefined])[] = [
    ['of 10 MB', { headers: json, body: 'x'.repeat(10_000_000) }, 413, undefined],
    ['that is no JSON', { headers: json, body: '{"address":' }, 400, 'REQUEST_MALFORMED'],
    ['of another type', { headers: { 'content-type': 'text/plain' }, body: '{}' }, 415, undefined],
    ['of a form', { body: new URLSearchParams({ address: 'a@example.org' }) }, 415, undefined],
    [
      'in another charset',
      { headers: { 'content-type': 'application/json; charset=iso-8859-1' }, body: '{}' },
      415,
      undefined,
    ],
    ['of broken UTF-8', { headers: json, body: Buffer.from([0x7b, 0xff, 0x7d]) }, 400, 'REQUEST_MALFORMED'],
    ['nested 20,000 deep', { headers: json, body: '['.repeat(20_000) }, 400, 'REQUEST_MALFORMED'],
    ['with __proto__', { headers: json, body: '{"__proto__":{"a":1}}' }, 400, 'REQUEST_MALFORMED'],
    ['that is null', { headers: json, body: 'null' }, 422, 'REQUEST_INVALID'],
    ['that is an array', { headers: json, body: '[1]' }, 422, 'REQUEST_INVALID'],
    [
      'with an unknown field',
      { headers: json, body: '{"address":"a@example.org","reason":"x","all":true}' },
      422,
      'REQUEST_INVALID',
    ],
    [
      'with a wrong type',
      { headers: json, body: '{"address":["a@example.org"],"reason":"x"}' },
      422,
      'REQUEST_INVALID',
    ],
    ['that is empty', { headers: json, body: '' }, 422, 'REQUEST_INVALID'],
  ];

  test.each(cases)('%s is refused and changes nothing', async (_name, init, status, code) => {
    const answer = await send(suppressions, { method: 'POST', ...init });

    expect((await statesAfter(answer)).filter((_part, index) => index !== 1)).toEqual([status, code]);
    expect(site.desk.live.harness.query('select * from suppressions')).toEqual([]);
  });

  test('with brackets within a text is no nesting', async () => {
    const body = { address: 'a@example.org', reason: `\\" ${'['.repeat(100)}` };
    const answer = await site.call('suppress', { token, body });
    await site.call('unsuppress', { token, body });

    expect(answer.status).toBe(200);
    site.desk.live.harness.tamper('delete from suppressions');
  });

  test('is not read from a program without a token', async () => {
    const { hostname, port } = new URL(site.desk.live.url);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    socket.write(
      `POST ${suppressions} HTTP/1.1\r\nHost: ${hostname}\r\nContent-Type: application/json\r\nContent-Length: 1000\r\nConnection: close\r\n\r\n{`,
    );

    const answer = await text(socket);

    expect(answer).toMatch(/^HTTP\/1\.1 401 /u);
  });
});

describe('a list', () => {
  test('is read page by page, each row once, by the Link header', async () => {
    const seen: string[] = [];
    let path = '/api/v1/publications/letter/subscribers?state=active&limit=5';
    let pages = 0;
    while (path !== '') {
      const answer = await send(path);
      const { items } = (await answer.json()) as { readonly items: readonly { readonly address: string }[] };
      seen.push(...items.map(({ address }) => address));
      pages += 1;
      const next = /^<([^>]+)>; rel="next"$/u.exec(answer.headers.get('link') ?? '')?.[1];
      path =
        next === undefined
          ? ''
          : new URL(next, `${site.desk.live.url}${path}`).href.slice(site.desk.live.url.length);
    }

    expect(pages).toBe(3);
    expect(seen).toEqual(Array.from({ length: 12 }, (_, index) => `reader${index + 1}@example.org`));
  });

  test('of recipients has what is filtered, with the reply of the server', async () => {
    const first = await site.call('listRecipients', { token, query: { reason: 'policy', limit: '5' } });
    const cursor = String(first.body['next']);
    const second = await site.call('listRecipients', {
      token,
      query: { reason: 'policy', limit: '5', cursor },
    });
    const found = await site.call('listRecipients', { token, query: { address: 'reader3@' } });

    expect([first, second].map(({ body }) => itemsOf(body).length)).toEqual([5, 4]);
    expect(second.body['next']).toBeNull();
    expect(found.body).toMatchObject({
      items: [{ address: 'reader3@example.org', replyText: '5.7.1 Refused' }],
    });
  });

  test('goes on where the page before ended, although rows were added and removed', async () => {
    const first = await site.call('listSubscribers', { token, query: { limit: '6' } });
    await site.desk.live.subscribe('later@example.org');

    const second = await site.call('listSubscribers', {
      token,
      query: { limit: '6', cursor: String(first.body['next']) },
    });

    const addresses = itemsOf(second.body).map(({ address }) => address);
    expect(addresses[0]).toBe('reader7@example.org');
  });

  test.each(['x', Buffer.from('editions:2026-11-23').toString('base64url'), 'c3Vic2NyaWJlcnM6LTE'])(
    'refuses the cursor %s, which is none of its own',
    async (cursor) => {
      const answer = await site.call('listSubscribers', { token, query: { cursor } });

      expect([answer.status, answer.body.code]).toEqual([400, 'REQUEST_MALFORMED']);
    },
  );
});

test('a token that has used its requests is told when it may send the next one', async () => {
  await using limited = await ApiSite.open({ API_REQUESTS: '2/h' });
  const own = await limited.token(['read']);
  const answers = [];
  for (let time = 0; time < 3; time += 1)
    answers.push(await limited.call('listPublications', { token: own }));

  expect(answers.map(({ status }) => status)).toEqual([200, 200, 429]);
  expect(answers.map(({ headers }) => headers.get('ratelimit'))).toEqual([
    '"token";r=1;t=3600',
    expect.stringMatching(/^"token";r=0;t=3[56]\d\d$/u),
    expect.stringMatching(/^"token";r=0;t=3[56]\d\d$/u),
  ]);
  expect(Number(answers[2]?.headers.get('retry-after'))).toBeGreaterThan(3_000);
  const other = await limited.token(['read']);
  expect((await limited.call('listPublications', { token: other })).status).toBe(200);
});
