import { once } from 'node:events';
import { connect } from 'node:net';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import type { HookAnswer } from '../../../src/app/ports/hooks.ts';
import { WebFixture } from '../../support/web/web-fixture.ts';

const path = '/hooks/postmark/open-sesame';

let web: WebFixture;

beforeEach(async () => {
  web = await WebFixture.open({ adminPassword: 'a password of ops' });
});

afterEach(async () => {
  await web[Symbol.asyncDispose]();
});

function post(to: string, body: string | Uint8Array, headers: Readonly<Record<string, string>> = {}) {
  const bytes = typeof body === 'string' ? body : Buffer.from(body);
  return web.get(to, {
    method: 'POST',
    body: bytes,
    headers: { 'content-type': 'application/json', ...headers },
  });
}

describe('/hooks', () => {
  test.each([
    ['stored', 200],
    ['repeated', 200],
    ['malformed', 400],
    ['unsigned', 401],
    ['wrong-signature', 401],
    ['old', 401],
    ['too-large', 413],
    ['busy', 503],
  ] as const)('answers a request that is %s with %i', async (answer: HookAnswer, status) => {
    web.services.hookAnswer = answer;

    const response = await post(path, '{}');

    expect(response.status).toBe(status);
    expect(await response.json()).toEqual({ result: answer });
    expect(response.headers.get('retry-after')).toBe(answer === 'busy' ? '60' : null);
    expect(response.headers.get('cache-control')).toBe('no-store');
  });

  test('hands over the octets of the body and the header, whatever type it has', async () => {
    const body = Buffer.from([0x7b, 0xff, 0x00, 0x0d, 0x0a, 0x7d]);

    for (const type of [
      'application/json',
      'text/plain; charset=UTF-8',
      'application/x-www-form-urlencoded',
      'application/octet-stream',
    ]) {
      await post(path, body, { 'content-type': type, 'webhook-id': 'msg_1' });
    }

    expect(web.services.posted).toHaveLength(4);
    for (const request of web.services.posted) {
      expect(Buffer.from(request.body).equals(body)).toBe(true);
      expect(request.headers['webhook-id']).toBe('msg_1');
    }
  });

  test('takes a request from any origin, because programs send it', async () => {
    const response = await post(path, '{}', {
      origin: 'https://provider.example',
      'sec-fetch-site': 'cross-site',
    });

    expect(response.status).toBe(200);
  });

  test.each([
    '/hooks/postmark/open-sesam',
    '/hooks/brevo/open-sesame',
    '/hooks/other/open-sesame',
    '/hooks/postmark/',
  ])('does not exist at %s', async (wrong) => {
    const response = await post(wrong, '{}');

    expect(response.status).toBe(404);
    expect(web.services.posted).toEqual([]);
  });

  test('answers a stranger before the body has come', async () => {
    const socket = connect(Number(new URL(web.url).port), '127.0.0.1');
    socket.write(
      'POST /hooks/postmark/wrong HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 4000000\r\n\r\n{',
    );

    const [answer] = (await once(socket, 'data')) as [Buffer];

    expect(answer.toString()).toMatch(/^HTTP\/1\.1 404 /u);
    socket.destroy();
  });

  test('refuses ten megabytes', async () => {
    const response = await post(path, Buffer.alloc(10 * 1024 * 1024, ' ')).catch((error: unknown) => error);

    // The server may close before everything is sent.
    expect(response instanceof Response ? response.status : 413).toBe(413);
    expect(web.services.posted).toEqual([]);
  });

  test('answers GET with 405, and changes nothing', async () => {
    const response = await web.get(path);

    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('OPTIONS, POST');
    expect(web.services.posted).toEqual([]);
  });

  test('counts requests by provider and result, and never shows a secret in a metric', async () => {
    await post(path, '{}');
    web.services.hookAnswer = 'old';
    await post(path, '{}');
    await post('/hooks/postmark/not-this-one', '{}');

    const authorization = `Basic ${Buffer.from('ops:a password of ops').toString('base64')}`;
    const body = await (await web.get('/metrics', { headers: { authorization } })).text();

    expect(body).toContain('daybrief_hook_requests_total{provider="postmark",result="stored"} 1');
    expect(body).toContain('daybrief_hook_requests_total{provider="postmark",result="old"} 1');
    expect(body).not.toMatch(/open-sesame|not-this-one/u);
  });
});
