import { once } from 'node:events';
import { Agent, get } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';

import { expect, test } from 'vitest';

import { WebFixture } from '../../support/web/web-fixture.ts';

const password = 'a password for ops';
const basic = (given: string) => ({
  authorization: `Basic ${Buffer.from(`ops:${given}`).toString('base64')}`,
});

test('answers other connections while one sends 10,000 pipelined requests, of which it answers 100', async () => {
  // Far above what a busy machine needs to read them all.
  await using web = await WebFixture.open({
    limits: { headersTimeoutMs: 300_000, requestTimeoutMs: 600_000 },
  });
  const { hostname, port } = new URL(web.url);
  const socket = connect({ host: hostname, port: Number(port) });
  await once(socket, 'connect');
  // The server resets the connection, because it leaves requests unread: what came before counts.
  let answers = '';
  socket.setEncoding('utf8').on('data', (piece: string) => (answers += piece));
  socket.on('error', () => undefined);
  const closed = new Promise((resolve) => socket.on('close', resolve));

  socket.write('GET /p/sample HTTP/1.1\r\nHost: news.example.org\r\n\r\n'.repeat(10_000));
  const health = await Promise.all(Array.from({ length: 20 }, () => web.get('/healthz')));
  await closed;

  expect(health.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200));
  const statuses = Array.from(answers.matchAll(/^HTTP\/1\.1 (\d{3}) /gmu), ([, status]) => status);
  const taken = statuses.filter((status) => status === '200').length;
  expect(taken).toBeGreaterThan(0);
  expect(taken).toBeLessThanOrEqual(100);
  // Node itself refuses the next one before the connection is closed, and none after that.
  expect(statuses.length - taken).toBeLessThanOrEqual(1);
});

test('a client that keeps its connection loses no request when it is closed after 100', async () => {
  await using web = await WebFixture.open();
  const agent = new Agent({ keepAlive: true, maxSockets: 2 });
  const ports = new Set<number | undefined>();
  const statuses: (number | undefined)[] = [];

  for (let index = 0; index < 250; index += 1) {
    const { status, port } = await getThrough(agent, `${web.url}/healthz`);
    statuses.push(status);
    ports.add(port);
  }
  agent.destroy();

  expect(statuses).toEqual(Array.from({ length: 250 }, () => 200));
  expect(ports.size).toBeGreaterThanOrEqual(3);
  expect(ports.size).toBeLessThan(20);
});

/** The answer's status, and the port from which this end of the connection asked. */
async function getThrough(agent: Agent, url: string) {
  const request = get(url, { agent });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  const port = response.socket.localPort;
  response.resume();
  await once(response, 'end');
  return { status: response.statusCode, port };
}

test('answers pipelined requests of one connection in their order', async () => {
  await using web = await WebFixture.open();
  const { hostname, port } = new URL(web.url);
  const socket = connect({ host: hostname, port: Number(port) });
  const received = text(socket);
  const paths = ['/healthz', '/nowhere', '/healthz', '/p/sample'];

  const requests = paths.map((path) => `GET ${path} HTTP/1.1\r\nHost: news.example.org\r\n\r\n`).join('');
  socket.write(requests.replace(/\r\n$/u, 'Connection: close\r\n\r\n'));
  const statuses = [...(await received).matchAll(/HTTP\/1\.1 (\d{3}) /gu)].map(([, status]) => status);

  expect(statuses).toEqual(['200', '404', '200', '200']);
});

test('refuses a request with two Host headers', async () => {
  await using web = await WebFixture.open();
  const { hostname, port } = new URL(web.url);
  const socket = connect({ host: hostname, port: Number(port) });
  const received = text(socket);

  socket.write(
    'GET / HTTP/1.1\r\nHost: news.example.org\r\nHost: evil.example.org\r\nConnection: close\r\n\r\n',
  );

  expect(await received).toMatch(/^HTTP\/1\.1 400 /u);
});

test('compares no further password from a network that sent ten wrong ones', async () => {
  await using web = await WebFixture.open({ adminPassword: password, trustedProxies: ['127.0.0.1'] });
  const from = (ip: string, given: string) =>
    web.get('/metrics', { headers: { ...basic(given), 'x-forwarded-for': ip } });

  const statuses = [];
  for (let guess = 0; guess < 12; guess += 1) {
    statuses.push((await from(`2001:db8:1:${guess}::1`, `guess ${guess}`)).status);
  }
  const right = await from('2001:db8:1:99::1', password);
  const elsewhere = await from('192.0.2.1:4711', password);

  expect(statuses).toEqual([...Array.from({ length: 10 }, () => 401), 429, 429]);
  expect(right.status).toBe(429);
  expect(Number(right.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(elsewhere.status).toBe(200);
});

test('takes the address of a visitor from X-Forwarded-For, also with ports and through two proxies', async () => {
  await using web = await WebFixture.open({ trustedProxies: ['127.0.0.1', '10.0.0.0/8', '2001:db8:f::/48'] });
  const fields = { email: 'ada@example.org', stamp: 'stamp' };
  const forwarded = [
    '192.0.2.7:4711',
    '192.0.2.8, 10.1.2.3:80',
    '192.0.2.9, 203.0.113.1',
    '[2001:db8::7]:1, 2001:db8:f::1',
  ];

  for (const value of forwarded) await web.post('/p/sample', fields, { 'x-forwarded-for': value });

  expect(web.services.requests.map(({ network }) => network)).toEqual([
    '192.0.2.7:4711',
    '192.0.2.8',
    '203.0.113.1',
    '[2001:db8::7]:1',
  ]);
});

test('counts requests with dead links by route', async () => {
  await using web = await WebFixture.open({ adminPassword: password });
  await web.get('/unsubscribe/truncated');
  await web.post('/unsubscribe/truncated');
  await web.get('/preferences/truncated');

  const body = await (await web.get('/metrics', { headers: basic(password) })).text();

  expect(body).toContain('daybrief_dead_links_total{route="/unsubscribe/:token"} 2');
  expect(body).toContain('daybrief_dead_links_total{route="/preferences/:token"} 1');
});
