import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';

import { expect, test } from 'vitest';

import { WebFixture } from '../../support/web-fixture.ts';

const password = 'a password for ops';
const basic = (given: string) => ({
  authorization: `Basic ${Buffer.from(`ops:${given}`).toString('base64')}`,
});

test('answers other connections while one sends 10,000 pipelined requests, of which it answers 100', async () => {
  await using web = await WebFixture.open();
  const { hostname, port } = new URL(web.url);
  const socket = connect({ host: hostname, port: Number(port) });
  await once(socket, 'connect');
  const received = text(socket).catch(() => '');

  socket.write('GET /p/sample HTTP/1.1\r\nHost: news.example.org\r\n\r\n'.repeat(10_000));
  const health = await Promise.all(Array.from({ length: 20 }, () => web.get('/healthz')));
  const answers = await received;

  expect(health.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200));
  expect(answers.match(/HTTP\/1\.1 200 /gu)?.length ?? 0).toBeLessThanOrEqual(100);
});

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
