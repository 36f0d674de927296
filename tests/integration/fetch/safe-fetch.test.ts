import { once } from 'node:events';
import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';

import { expect, onTestFinished, test } from 'vitest';

import { AppError } from '../../../src/errors/app-error.ts';
import { createSafeFetch } from '../../../src/fetch/safe-fetch.ts';
import type { SafeFetchOptions } from '../../../src/fetch/safe-fetch.ts';

interface Site {
  readonly port: number;
  /** Paths that were asked for. */
  readonly asked: string[];
  readonly connections: () => number;
}

async function serve(answer: RequestListener, host = '127.0.0.1'): Promise<Site> {
  const asked: string[] = [];
  let connections = 0;
  const server: Server = createServer((request, response) => {
    asked.push(request.url ?? '');
    answer(request, response);
  });
  server.on('connection', () => (connections += 1));
  server.listen(0, host);
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, asked, connections: () => connections };
}

/** A fetch for which `public.test` is the given site, and every other name what the table says. */
function fetchFor(
  site: Site,
  names: Readonly<Record<string, readonly string[]>> = {},
  more: SafeFetchOptions = {},
) {
  const asked: string[] = [];
  const fetch = createSafeFetch({
    resolve: async (host) => {
      asked.push(host);
      return names[host] ?? ['127.0.0.1'];
    },
    permit: (address, port) => address === '127.0.0.1' && port === site.port,
    ...more,
  });
  return { fetch, asked };
}

const page: RequestListener = (_, response) => response.end('<p>Secret of this machine.</p>');

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'fetched';
  } catch (error) {
    return error instanceof AppError ? error.code : `not an AppError: ${String(error)}`;
  }
}

test('fetches a page with its headers from the address of its host', async () => {
  const site = await serve((request, response) => {
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

test.each([
  ['loopback', '127.0.0.1'],
  ['another loopback address', '127.8.9.1'],
  ['a short form', '127.1'],
  ['a decimal number', '2130706433'],
  ['octal digits', '0177.0.0.1'],
  ['hexadecimal digits', '0x7f.0.0.1'],
  ['one hexadecimal number', '0x7f000001'],
  ['full-width digits', '１２７.０.０.１'],
  ['no address', '0.0.0.0'],
  ['zero', '0'],
  ['IPv6 loopback', '[::1]'],
  ['IPv4 mapped into IPv6', '[::ffff:127.0.0.1]'],
  ['IPv4 mapped into IPv6 in hexadecimal', '[::ffff:7f00:1]'],
  ['IPv4-compatible IPv6', '[::127.0.0.1]'],
  ['NAT64', '[64:ff9b::7f00:1]'],
  ['6to4', '[2002:7f00:1::]'],
  ['localhost', 'localhost'],
  ['localhost with a dot', 'localhost.'],
])('refuses this machine as %s before it connects', async (_, host) => {
  const site = await serve(page, host.startsWith('[::1') ? '::1' : '127.0.0.1');
  const fetch = createSafeFetch();

  expect(await codeOf(fetch(`http://${host}:${site.port}/`))).toBe('FETCH_REFUSED');
  expect(site.connections()).toBe(0);
});

test.each([
  ['a private network', '10.1.2.3'],
  ['another private network', '172.20.0.1'],
  ['a home network', '192.168.0.1'],
  ['link-local addresses', '169.254.1.1'],
  ['the metadata service', '169.254.169.254'],
  ['the metadata service mapped into IPv6', '::ffff:a9fe:a9fe'],
  ["Amazon's metadata service on IPv6", 'fd00:ec2::254'],
  ["Alibaba's metadata service", '100.100.100.200'],
  ["Azure's WireServer", '168.63.129.16'],
  ["Oracle's metadata service", '192.0.0.192'],
  ['IPv6 link-local addresses', 'fe80::1'],
  ['IPv6 site-local addresses', 'fec0::1'],
  ['multicast', '224.0.0.1'],
  ['broadcast', '255.255.255.255'],
])('refuses a name that resolves to %s', async (_, address) => {
  const site = await serve(page);
  const { fetch } = fetchFor(site, { 'innocent.test': [address] });

  expect(await codeOf(fetch(`http://innocent.test:${site.port}/`))).toBe('FETCH_REFUSED');
});

test('refuses a name with a private address beside public ones', async () => {
  const site = await serve(page);
  const { fetch } = fetchFor(site, { 'two.test': ['93.184.216.34', '10.0.0.1'] });

  expect(await codeOf(fetch(`http://two.test:${site.port}/`))).toBe('FETCH_REFUSED');
});

test('refuses a permitted address on another port', async () => {
  const site = await serve(page);
  const other = await serve(page);
  const { fetch } = fetchFor(site);

  expect(await codeOf(fetch(`http://public.test:${other.port}/`))).toBe('FETCH_REFUSED');
  expect(other.connections()).toBe(0);
});

test.each([
  'http://127.0.0.1:PORT/',
  'http://2130706433:PORT/',
  'http://[::ffff:7f00:1]:PORT/',
  '//inside.test:PORT/',
])('refuses a redirect to %s', async (target) => {
  const inside = await serve(page);
  const site = await serve((_, response) => {
    response.writeHead(302, { location: target.replace('PORT', String(inside.port)) });
    response.end();
  });
  const { fetch } = fetchFor(site, { 'inside.test': ['192.168.1.1'] });

  expect(await codeOf(fetch(`http://public.test:${site.port}/`))).toBe('FETCH_REFUSED');
  expect(inside.connections()).toBe(0);
});

test.each([
  'file:///etc/passwd',
  'ftp://public.test/',
  'gopher://public.test/',
  'data:text/html,x',
  'javascript:1',
])('refuses %s, also as the target of a redirect', async (target) => {
  const site = await serve((_, response) => response.writeHead(301, { location: target }).end());
  const { fetch } = fetchFor(site);

  expect(await codeOf(fetch(target))).toBe('FETCH_REFUSED');
  expect(await codeOf(fetch(`http://public.test:${site.port}/`))).toBe('FETCH_REFUSED');
});

test.each(['', 'no address', 'http://', 'http://a:b@public.test/'])(
  'refuses %j as an address',
  async (url) => {
    expect(await codeOf(createSafeFetch()(url))).toBe('FETCH_REFUSED');
  },
);

test('refuses an address of 3,000 characters', async () => {
  expect(await codeOf(createSafeFetch()(`http://public.test/${'a'.repeat(3000)}`))).toBe('FETCH_REFUSED');
});

test('connects to the address that was checked if the name then changes its answer', async () => {
  const site = await serve(page);
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
  const site = await serve((request, response) => {
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
  const site = await serve((request, response) => {
    if (request.url === '/end') response.end(`at ${request.headers.host}`);
    else response.writeHead(308, { location: `http://other.test:${site.port}/end` }).end();
  });
  const { fetch, asked } = fetchFor(site);

  const fetched = await fetch(`http://public.test:${site.port}/`);

  expect(fetched.url).toBe(`http://other.test:${site.port}/end`);
  expect(asked).toEqual(['public.test', 'other.test']);
});

test('gives up on redirects in a circle', async () => {
  const site = await serve((_, response) => response.writeHead(302, { location: '/' }).end());

  expect(await codeOf(fetchFor(site).fetch(`http://public.test:${site.port}/`))).toBe('FETCH_FAILED');
  expect(site.asked).toHaveLength(6);
});

test('sends the validators of an earlier answer and takes "not modified"', async () => {
  const site = await serve((request, response) => {
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
  const site = await serve((_, response) => response.writeHead(status).end('no'));

  expect(await codeOf(fetchFor(site).fetch(`http://public.test:${site.port}/`))).toBe('FETCH_FAILED');
});

test('reads compressed pages, and stops at the limit of what comes out', async () => {
  const site = await serve((request, response) => {
    const text = request.url === '/bomb' ? 'a'.repeat(20_000_000) : 'a page';
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(text));
  });
  const { fetch } = fetchFor(site);

  expect(Buffer.from((await fetch(`http://public.test:${site.port}/`)).bytes).toString()).toBe('a page');
  expect(await codeOf(fetch(`http://public.test:${site.port}/bomb`))).toBe('FETCH_FAILED');
});

test('stops at 5 MB, whatever the length that was announced', async () => {
  const site = await serve((request, response) => {
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
  const site = await serve((request, response) => {
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
  const site = await serve((request, response) => {
    if (request.url === '/gzip') response.writeHead(200, { 'content-encoding': 'gzip' }).end('no gzip');
    else if (request.url === '/zstd') response.writeHead(200, { 'content-encoding': 'zstd' }).end('x');
    else response.destroy();
  });
  const { fetch } = fetchFor(site);

  for (const path of ['gzip', 'zstd', 'closed'])
    expect(await codeOf(fetch(`http://public.test:${site.port}/${path}`))).toBe('FETCH_FAILED');
});

test('stops when the caller does', async () => {
  const site = await serve(() => {});
  const stop = new AbortController();
  const fetching = fetchFor(site).fetch(`http://public.test:${site.port}/`, { signal: stop.signal });

  stop.abort(new Error('stopped'));

  await expect(fetching).rejects.toThrow('stopped');
});
