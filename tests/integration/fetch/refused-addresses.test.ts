import type { RequestListener } from 'node:http';

import { expect, test } from 'vitest';

import { createSafeFetch } from '../../../src/fetch/safe-fetch.ts';
import { codeOf, fetchFor, serveSite } from '../../support/web/test-site.ts';

const page: RequestListener = (_, response) => response.end('<p>Secret of this machine.</p>');

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
  const site = await serveSite(page, host.startsWith('[::1') ? '::1' : '127.0.0.1');
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
  const site = await serveSite(page);
  const { fetch } = fetchFor(site, { 'innocent.test': [address] });

  expect(await codeOf(fetch(`http://innocent.test:${site.port}/`))).toBe('FETCH_REFUSED');
});

test('refuses a name with a private address beside public ones', async () => {
  const site = await serveSite(page);
  const { fetch } = fetchFor(site, { 'two.test': ['93.184.216.34', '10.0.0.1'] });

  expect(await codeOf(fetch(`http://two.test:${site.port}/`))).toBe('FETCH_REFUSED');
});

test('refuses a permitted address on another port', async () => {
  const site = await serveSite(page);
  const other = await serveSite(page);
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
  const inside = await serveSite(page);
  const site = await serveSite((_, response) => {
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
  const site = await serveSite((_, response) => response.writeHead(301, { location: target }).end());
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
