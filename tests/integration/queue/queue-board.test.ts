import { randomUUID } from 'node:crypto';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, inject, test } from 'vitest';

import { BullmqQueue } from '../../../queue/bullmq/bullmq-queue.ts';
import { createQueueBoard } from '../../../queue/bullmq/queue-board.ts';
import { RecordingLog } from '../../support/recording-log.ts';
import { launchChromium } from '../../support/servers/chromium.ts';
import { WebFixture } from '../../support/web/web-fixture.ts';

const adminPassword = 'open sesame';
const authorization = `Basic ${Buffer.from(`ops:${adminPassword}`).toString('base64')}`;
const golden = join(import.meta.dirname, '../../fixtures/golden/queue-board-routes.txt');

let queue: BullmqQueue;
let web: WebFixture;

beforeAll(async () => {
  queue = new BullmqQueue({
    url: inject('redisUrl') ?? '',
    log: new RecordingLog(),
    prefix: `test-${randomUUID()}`,
  });
  const queueBoard = createQueueBoard(queue.all(), { basePath: '/admin/queues' });
  web = await WebFixture.open({ adminPassword, queueBoard });
});

afterAll(async () => {
  await web[Symbol.asyncDispose]();
  await queue.close();
});

test('the board adds these routes and no others, all of them for ops and none that changes anything', async () => {
  const rows = web.server.routes
    .filter(({ url }) => url.startsWith('/admin/queues'))
    .toSorted((a, b) => a.url.localeCompare(b.url) || a.method.localeCompare(b.method))
    .map(({ method, url, access, csrf, cache }) =>
      [method.padEnd(6), url.padEnd(66), access, csrf, cache].join('  '),
    );

  await expect(`${rows.join('\n')}\n`).toMatchFileSnapshot(golden);
});

test('the board needs the password and changes nothing', async () => {
  const page = await web.get('/admin/queues');
  const api = await web.get('/admin/queues/api/queues');
  const script = await web.get('/admin/queues/static/js/main.js');
  const retry = await web.get('/admin/queues/api/queues/deliver-batch/clean/failed', {
    method: 'PUT',
    headers: { authorization },
  });

  expect([page.status, api.status, script.status]).toEqual([401, 401, 401]);
  expect([404, 405]).toContain(retry.status);
});

test('only the board has another content security policy, and it lets no script in', async () => {
  const board = await web.get('/admin/queues', { headers: { authorization } });
  const home = await web.get('/');

  expect(board.status).toBe(200);
  expect(board.headers.get('cache-control')).toBe('no-store');
  expect(board.headers.get('content-security-policy')).toContain("script-src 'self';");
  expect(board.headers.get('content-security-policy')).toContain("style-src 'self' 'unsafe-inline'");
  expect(home.headers.get('content-security-policy')).not.toContain('unsafe-inline');
});

test('without Redis there is no board', async () => {
  await using without = await WebFixture.open({ adminPassword });

  expect((await without.get('/admin/queues', { headers: { authorization } })).status).toBe(404);
});

test('a browser shows the queues and what waits in them, and asks no other host', async () => {
  await queue.add('send-mail', { mailId: 17 });
  await using browser = await launchChromium();
  const page = await browser.newPage({ httpCredentials: { username: 'ops', password: adminPassword } });
  const mistakes: string[] = [];
  page.on('pageerror', (error) => mistakes.push(error.message));
  const hosts = new Set<string>();
  page.on('requestfinished', (request) => hosts.add(new URL(request.url()).host));

  await page.goto(`${web.url}/admin/queues`);
  await page.getByText('send-mail').first().click();
  await page.getByText('mailId').first().waitFor();
  const text = await page.locator('body').innerText();

  expect(text).toContain('deliver-batch');
  expect(text).toContain('sweep-batches');
  expect(text).toMatch(/mailId\W+17/u);
  expect(mistakes).toEqual([]);
  expect([...hosts]).toEqual([new URL(web.url).host]);
});
