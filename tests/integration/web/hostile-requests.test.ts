import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { text } from 'node:stream/consumers';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { samplePublication } from '../../support/content/sample-publication.ts';
import { WebFixture } from '../../support/web/web-fixture.ts';

const partner = 'https://www.partner.example';
const own = 'https://news.example.org';
type Headers = Readonly<Record<string, string>>;

const fields = { email: 'jo@example.org', stamp: 'a-stamp' };

let web: WebFixture;

beforeEach(async () => {
  web = await WebFixture.open({ publications: [{ ...samplePublication, allowedOrigins: [partner] }] });
});

afterEach(async () => {
  await web[Symbol.asyncDispose]();
});

describe('a form sent by another site', () => {
  const elsewhere: readonly Headers[] = [
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: 'http://news.example.org' },
    { origin: 'https://news.example.org.evil.example' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { origin: own, 'sec-fetch-site': 'cross-site' },
  ];

  test.each(elsewhere)('signs nobody up: %o', async (headers) => {
    const answer = await web.post('/p/sample', fields, headers);

    expect(answer.status).toBe(403);
    expect(web.services.requests).toEqual([]);
  });

  test.each(elsewhere)('confirms, saves, erases and undoes nothing: %o', async (headers) => {
    const { services } = web;
    const paths = [
      `/confirm/${services.link('confirm')}`,
      `/preferences/${services.link('preferences')}`,
      `/preferences/${services.link('preferences')}/data-link`,
      `/manage/${services.link('manage')}/erase`,
      `/undo/${services.link('undo')}`,
    ];

    const answers = await Promise.all(paths.map((path) => web.post(path, {}, headers)));

    expect(answers.map(({ status }) => status)).toEqual(paths.map(() => 403));
    expect(services.changes).toBe(0);
  });

  test.each<Headers>([
    { origin: own },
    { origin: own, 'sec-fetch-site': 'same-origin' },
    { 'sec-fetch-site': 'none' },
    {},
  ])('is taken where it comes from us or from no site: %o', async (headers) => {
    const answer = await web.post('/p/sample', fields, headers);

    expect(answer.status).toBe(200);
    expect(web.services.requests).toMatchObject([{ email: 'jo@example.org', source: 'form' }]);
  });

  test('is taken on the site that the publication names, for signing up and for nothing else', async () => {
    const from = { origin: partner, 'sec-fetch-site': 'cross-site' };

    const signup = await web.post('/p/sample', fields, from);
    const erase = await web.post(`/manage/${web.services.link('manage')}/erase`, {}, from);

    expect(signup.status).toBe(200);
    expect(signup.headers.get('access-control-allow-origin')).toBe(partner);
    expect(signup.headers.get('access-control-allow-credentials')).toBeNull();
    expect(web.services.requests).toMatchObject([{ source: 'embed' }]);
    expect(erase.status).toBe(403);
  });
});

describe('the way in for programs', () => {
  const body = { publication: 'sample', ...fields };

  test.each([
    'text/plain',
    'text/plain;charset=UTF-8',
    'application/x-www-form-urlencoded',
    'multipart/form-data',
    '',
  ])('refuses JSON that is called %o, which a page elsewhere could send', async (type) => {
    const answer = await web.postJson('/api/subscribe', body, { 'content-type': type });

    expect(answer.status).toBe(415);
    expect(web.services.requests).toEqual([]);
  });

  test('refuses a page of another site, and answers its question beforehand with nothing', async () => {
    const from = { origin: 'https://evil.example' };

    const preflight = await web.get('/api/subscribe', { method: 'OPTIONS', headers: from });
    const answer = await web.postJson('/api/subscribe', body, from);

    expect(preflight.headers.get('access-control-allow-origin')).toBeNull();
    expect(answer.status).toBe(403);
    expect(web.services.requests).toEqual([]);
  });

  test('lets in a page of a site that the publication names', async () => {
    const from = { origin: partner };

    const preflight = await web.get('/api/subscribe', { method: 'OPTIONS', headers: from });
    const answer = await web.postJson('/api/subscribe', body, from);

    expect(preflight.headers.get('access-control-allow-origin')).toBe(partner);
    expect(preflight.headers.get('access-control-allow-headers')).toBe('content-type');
    expect(answer.headers.get('access-control-allow-origin')).toBe(partner);
    expect(await answer.json()).toMatchObject({ outcome: 'thank-you', text: 'Thank you for subscribing!' });
  });

  test.each([
    '[]',
    '"x"',
    'null',
    '{"publication":"sample","email":["a@b.c"]}',
    '{"__proto__":{"email":"a@b.c"}}',
    '{',
  ])('answers %s with 400 and a sentence', async (text) => {
    const headers = { 'content-type': 'application/json' };
    const answer = await web.get('/api/subscribe', { method: 'POST', body: text, headers });

    expect(answer.status).toBe(400);
    expect(await answer.json()).toEqual({ error: { status: 400, message: expect.stringMatching(/\.$/u) } });
  });
});

describe('an address line that wants to be more than one line', () => {
  test.each([
    'a@example.org\r\nBcc: all@example.org',
    'a@example.org%0d%0aSet-Cookie: x=1',
    'a@example.org\u2028Subject: x',
  ])('adds no header anywhere: %j', async (email) => {
    const answer = await web.post('/p/sample', { ...fields, email });

    expect(answer.status).toBe(422);
    expect(answer.headers.get('set-cookie')).toBeNull();
    expect(await answer.text()).toContain('Please enter a valid email.');
  });

  test('is shown again as text, and never as markup', async () => {
    const answer = await web.post('/p/sample', { ...fields, email: '"><script>alert(1)</script>' });

    expect(await answer.text()).toContain('value="&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"');
  });
});

describe('a path that climbs', () => {
  test.each([
    '/p/..',
    '/p/../../etc/passwd',
    '/p/%2e%2e%2f%2e%2e%2fetc%2fpasswd',
    '/p/..%5c..%5cetc',
    '/p/%252e%252e%252f',
    '/p/sample%00.yaml',
    '/p/sample%2f..%2fother',
    '/p/SAMPLE',
    '/assets/..%2fsignup.hbs',
    '/assets/%2e%2e/layout.hbs',
    '/p/%c0%ae%c0%ae/',
    `/p/${'a'.repeat(5_000)}`,
    `/unsubscribe/${'a'.repeat(5_000)}`,
  ])('finds nothing: %s', async (path) => {
    const answer = await web.raw('GET', path);

    expect([400, 404]).toContain(answer.status);
    expect(answer.body).not.toContain('root:');
  });

  test.each([
    '//evil.example/',
    '/\\evil.example',
    '/p//evil.example',
    '/%2f%2fevil.example',
    '/?next=https://evil.example',
  ])('leads to no other site: %s', async (path) => {
    const answer = await web.raw('GET', path);

    expect(answer.headers['location']).toBeUndefined();
    expect(answer.body).not.toMatch(/(?:href|src|action)="[^"]*evil/u);
  });
});

describe('whose network counts', () => {
  const forged = { 'x-forwarded-for': '198.51.100.7, 203.0.113.9' };
  const networkOf = async (fixture: WebFixture) => {
    await fixture.post('/p/sample', fields, forged);
    return fixture.services.requests.at(-1)?.network;
  };

  test('takes the peer as the client if no proxy is trusted', async () => {
    expect(await networkOf(web)).toBe('127.0.0.1');
  });

  test('is the last hop that is not ours, where a proxy is trusted', async () => {
    await using behind = await WebFixture.open({ trustedProxies: ['127.0.0.0/8'] });
    await using behindTwo = await WebFixture.open({ trustedProxies: ['127.0.0.1', '203.0.113.9'] });
    await using elsewhere = await WebFixture.open({ trustedProxies: ['10.0.0.0/8'] });

    expect(await networkOf(behind)).toBe('203.0.113.9');
    expect(await networkOf(behindTwo)).toBe('198.51.100.7');
    expect(await networkOf(elsewhere)).toBe('127.0.0.1');
  });
});

describe('a body of 10 MB', () => {
  test('is answered 413 before it is sent', async () => {
    const [socket, answer] = await send(
      'POST /p/sample HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 10485760\r\n\r\n',
    );

    expect(await answer).toMatch(/^HTTP\/1\.1 413 /u);
    expect(socket.bytesWritten).toBeLessThan(1_000);
  });

  test('is answered 413 where its length is not said, once it is too long', async () => {
    const chunk = `8000\r\n${'a'.repeat(0x8000)}\r\n`;
    const [, answer] = await send(
      `POST /unsubscribe/x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n${chunk.repeat(4)}`,
    );

    expect(await answer).toMatch(/^HTTP\/1\.1 413 /u);
  });
});

test('answers bytes that are not HTTP with 400 and closes the connection', async () => {
  const [, answer] = await send('\x16\x03\x01 hello\r\n\r\n');

  expect(await answer).toMatch(/^HTTP\/1\.1 400 /u);
});

/** Writes on a connection of its own; the answer is all that comes until it is closed. */
async function send(bytes: string): Promise<[Socket, Promise<string>]> {
  const { hostname, port } = new URL(web.url);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  socket.write(bytes);
  return [socket, text(socket)];
}
