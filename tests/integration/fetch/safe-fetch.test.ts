import type { RequestListener } from 'node:http';
import { gzipSync } from 'node:zlib';

import { expect, test } from 'vitest';

import { createSafeFetch } from '../../../src/fetch/safe-fetch.ts';
import { codeOf, fetchFor, serveSite } from '../../support/web/test-site.ts';

const page: RequestListener = (_, response) => response.end('<p>Secret of this machine.</p>');

test('fetches a page with its headers from the address of its host', async () => {
  const site = await serveSite((request, response) => {
    response.setHeader('etag', '"1"');
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(`for ${request.headers.host}`);
  });
  const { fetch } = fetchFor(site);

  const fetched = await fetch(`http://public.test:${site.port}/a?b=1`);

  expect(Buffer.from(fetched.bytes).toString()).toBe(`for public.test:${site.port}`);
  expect(fetched.headers['etag']).toBe('"1"');
  expect(fetched.url).toBe(`http://public.test:${site.port}/a?b=1`);
  expect(site.asked).toEqual(['/a?b=1']);
});

test('connects to the address that was checked if the name then changes its answer', async () => {
  const site = await serveSite(page);
  let count = 0;
  const fetch = createSafeFetch({
    // The first answer is permitted; an attacker's name server gives loopback's other addresses afterwards.
    resolve: async () => [(count += 1) === 1 ? '127.0.0.1' : '127.0.0.2'],
    permit: (address, port) => address === '127.0.0.1' && port === site.port,
  });

  const fetched = await fetch(`http://rebinding.test:${site.port}/`);

  expect(fetched.status).toBe(200);
  expect(count).toBe(1);
  expect(await codeOf(fetch(`http://rebinding.test:${site.port}/`))).toBe('FETCH_REFUSED');
});

test('asks for the addresses of a host again after a redirect to it', async () => {
  const site = await serveSite((request, response) => {
    if (request.url === '/') response.writeHead(302, { location: '/again' }).end();
    else response.end('there');
  });
  let count = 0;
  const fetch = createSafeFetch({
    resolve: async () => [(count += 1) === 1 ? '127.0.0.1' : '10.0.0.1'],
    permit: (address) => address === '127.0.0.1',
  });

  expect(await codeOf(fetch(`http://rebinding.test:${site.port}/`))).toBe('FETCH_REFUSED');
  expect(site.asked).toEqual(['/']);
});

test('follows redirects between public hosts', async () => {
  const site = await serveSite((request, response) => {
    if (request.url === '/end') response.end(`at ${request.headers.host}`);
    else response.writeHead(308, { location: `http://other.test:${site.port}/end` }).end();
  });
  const { fetch, asked } = fetchFor(site);

  const fetched = await fetch(`http://public.test:${site.port}/`);

  expect(fetched.url).toBe(`http://other.test:${site.port}/end`);
  expect(asked).toEqual(['public.test', 'other.test']);
});

test('gives up on redirects in a circle', async () => {
  const site = await serveSite((_, response) => response.writeHead(302, { location: '/' }).end());

  expect(await codeOf(fetchFor(site).fetch(`http://public.test:${site.port}/`))).toBe('FETCH_FAILED');
  expect(site.asked).toHaveLength(6);
});

test('sends the validators of an earlier answer and takes "not modified"', async () => {
  const site = await serveSite((request, response) => {
    const { 'if-none-match': etag, 'if-modified-since': since } = request.headers;
    response.writeHead(etag === '"7"' && since === 'Mon, 23 Nov 2026 10:00:00 GMT' ? 304 : 200).end();
  });

  const fetched = await fetchFor(site).fetch(`http://public.test:${site.port}/`, {
    etag: '"7"',
    lastModified: 'Mon, 23 Nov 2026 10:00:00 GMT',
  });

  expect(fetched.status).toBe(304);
});

test.each([404, 500])('fails on the status %d', async (status) => {
  const site = await serveSite((_, response) => response.writeHead(status).end('no'));

  expect(await codeOf(fetchFor(site).fetch(`http://public.test:${site.port}/`))).toBe('FETCH_FAILED');
});

test('reads compressed pages, and stops at the limit of what comes out', async () => {
  const site = await serveSite((request, response) => {
    const text = request.url === '/bomb' ? 'a'.repeat(20_000_000) : 'a page';
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(text));
  });
  const { fetch } = fetchFor(site);

  expect(Buffer.from((await fetch(`http://public.test:${site.port}/`)).bytes).toString()).toBe('a page');
  expect(await codeOf(fetch(`http://public.test:${site.port}/bomb`))).toBe('FETCH_FAILED');
});

test('stops at 5 MB, whatever the length that was announced', async () => {
  const site = await serveSite((request, response) => {
    if (request.url === '/announced') response.setHeader('content-length', 6_000_000);
    response.on('error', () => {});
    response.write(Buffer.alloc(6_000_000));
    response.end();
  });
  const { fetch } = fetchFor(site);

  expect(await codeOf(fetch(`http://public.test:${site.port}/announced`))).toBe('FETCH_FAILED');
  expect(await codeOf(fetch(`http://public.test:${site.port}/chunked`))).toBe('FETCH_FAILED');
});

test('ends a page that trickles in, a server that is silent and a name that never resolves', async () => {
  const site = await serveSite((request, response) => {
    if (request.url === '/silent') return;
    const timer = setInterval(() => response.write('a'), 20);
    response.on('close', () => clearInterval(timer));
  });
  const { fetch } = fetchFor(site, {}, { timeoutMs: 300 });
  const waiting = createSafeFetch({ resolve: () => new Promise(() => {}), timeoutMs: 300 });

  expect(await codeOf(fetch(`http://public.test:${site.port}/trickle`))).toBe('FETCH_FAILED');
  expect(await codeOf(fetch(`http://public.test:${site.port}/silent`))).toBe('FETCH_FAILED');
  expect(await codeOf(waiting('http://public.test/'))).toBe('FETCH_FAILED');
});

test('fails on broken answers and closed connections', async () => {
  const site = await serveSite((request, response) => {
    if (request.url === '/gzip') response.writeHead(200, { 'content-encoding': 'gzip' }).end('no gzip');
    else if (request.url === '/zstd') response.writeHead(200, { 'content-encoding': 'zstd' }).end('x');
    else response.destroy();
  });
  const { fetch } = fetchFor(site);

  for (const path of ['gzip', 'zstd', 'closed'])
    expect(await codeOf(fetch(`http://public.test:${site.port}/${path}`))).toBe('FETCH_FAILED');
});

test('stops when the caller does', async () => {
  const site = await serveSite(() => {});
  const stop = new AbortController();
  const fetching = fetchFor(site).fetch(`http://public.test:${site.port}/`, { signal: stop.signal });

  stop.abort(new Error('stopped'));

  await expect(fetching).rejects.toThrow('stopped');
});
