import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { KnownRoute } from '../../../src/web/http/route-rules.ts';
import { samplePublication } from '../../support/content/sample-publication.ts';
import type { LinkPurpose } from '../../support/web/memory-web-services.ts';
import { WebFixture } from '../../support/web/web-fixture.ts';

const golden = join(import.meta.dirname, '../../fixtures/golden/routes.txt');

let web: WebFixture;

beforeAll(async () => {
  web = await WebFixture.open({ adminPassword: 'open sesame' });
});

afterAll(async () => {
  await web[Symbol.asyncDispose]();
});

/** A path of the route that something answers. */
function pathOf({ url }: KnownRoute): string {
  const { services } = web;
  return url
    .replace(':provider/:secret', 'postmark/open-sesame')
    .replace(':slug', 'sample')
    .replace(/(?<=^\/(\w+)\/):token/u, (_all, purpose: string) => services.link(purpose as LinkPurpose))
    .replace(':date', '2026-11-23')
    .replace(':name', `${'0'.repeat(32)}.png`)
    .replace(':file', 'icon-0b6e4f.000000000000.svg');
}

function needOf({ access, desk, api }: KnownRoute): string {
  if (api !== undefined) return `${access}: ${api.scope} in ${api.reach}`;
  if (desk === undefined) return access;
  return `${access}: ${typeof desk === 'string' ? desk : `${desk.permission} in ${desk.in}`}`;
}

const changing = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

test('every route is in the golden table, with who may, from where, and how long it keeps', async () => {
  const rows = web.server.routes
    .toSorted((a, b) => a.url.localeCompare(b.url) || a.method.localeCompare(b.method))
    .map((route) => [route.method.padEnd(8), route.url, needOf(route), route.csrf, route.cache]);
  const table = [['method  ', 'route', 'access', 'csrf', 'cache'], ...rows]
    .map(([method = '', url = '', access = '', csrf = '', cache = '']) =>
      `${method}${`${url} `.padEnd(38)}${access.padEnd(30)}${csrf.padEnd(16)}${cache}`.trimEnd(),
    )
    .join('\n');

  await expect(`${table}\n`).toMatchFileSnapshot(golden);
});

test('every route that can change something refuses pages of others, but for what providers post', () => {
  const open = web.server.routes.filter(({ method, csrf }) => changing.has(method) && csrf === 'none');
  const oneClick = web.server.routes.filter(({ csrf }) => csrf === 'one-click').map(({ url }) => url);

  expect(open).toEqual([]);
  expect(oneClick).toEqual(['/unsubscribe/:token']);
  const webhooks = web.server.routes.filter(({ csrf }) => csrf === 'webhook').map(({ url }) => url);
  expect(webhooks).toEqual(['/hooks/:provider/:secret']);
});

test('HEAD answers on every GET route as GET does, without a body', async () => {
  const gets = web.server.routes.filter(({ method }) => method === 'GET');

  expect(gets.length).toBeGreaterThan(8);
  for (const route of gets) {
    const path = pathOf(route);
    const [get, head] = await Promise.all([web.raw('GET', path), web.raw('HEAD', path)]);
    expect([path, head.status, head.body]).toEqual([path, get.status, '']);
    expect(head.headers['content-type']).toBe(get.headers['content-type']);
    expect(head.headers['cache-control']).toBe(get.headers['cache-control']);
  }
});

test('GET, HEAD and OPTIONS of every route, links of mails included, change nothing', async () => {
  for (const route of web.server.routes) {
    const path = pathOf(route);
    for (const method of ['GET', 'HEAD', 'OPTIONS']) await web.raw(method, path);
  }

  expect(web.services.changes).toBe(0);
  expect(web.services.requests).toEqual([]);
  expect(Object.fromEntries(web.services.subscriptions)).toEqual({ sample: 'active' });
});

test('a method that a page does not take is answered 405 with those that it does', async () => {
  for (const method of ['DELETE', 'TRACE', 'QUERY']) {
    const answer = await web.raw(method, '/p/sample');

    expect([method, answer.status]).toEqual([method, 405]);
    expect(answer.headers['allow']).toBe('GET, HEAD, OPTIONS, POST');
  }
});

describe('every answer', () => {
  const paths = [
    '/',
    '/p/sample',
    '/nothing-here',
    '/healthz',
    '/api/stamp',
    '/preferences/wrong',
    '/%E0%A4%A',
    '/desk',
  ];

  test.each(paths)('of %s carries the security headers and no cookie', async (path) => {
    const { headers } = await web.raw('GET', path);

    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect(headers['content-security-policy']).not.toContain('unsafe');
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['strict-transport-security']).toBe('max-age=31536000');
    expect(headers['set-cookie']).toBeUndefined();
    expect(headers['cache-control']).toBeDefined();
  });
});

test('a page of one publication has neither script nor style within it', async () => {
  const body = await (await web.get('/')).text();

  expect(body).not.toMatch(/<style|\sstyle=|\son\w+=|javascript:/u);
  expect(body.match(/<script[^>]*>/gu)).toEqual([
    expect.stringMatching(/^<script src="\/assets\/signup\.[0-9a-f]{12}\.js" defer>$/u),
  ]);
});

test('several publications are a list, and each has its page', async () => {
  const evening = { ...samplePublication, slug: 'evening', name: 'Evening & Night' };
  await using several = await WebFixture.open({ publications: [samplePublication, evening] });

  const list = await (await several.get('/')).text();
  const page = await several.get('/p/evening');

  expect(list).toContain('<a href="/p/evening">Evening &amp; Night</a>');
  expect(await page.text()).toContain('<a href="/p/evening">Evening &amp; Night</a>');
});

test('what a file of the style sheets is called changes with what is in it, so it may be kept for a year', async () => {
  const body = await (await web.get('/')).text();
  const files = [...body.matchAll(/(?:href|src)="(\/assets\/[^"]+)"/gu)].map(([, path = '']) => path);

  expect(files).toHaveLength(4);
  for (const file of files) {
    const answer = await web.get(file);
    expect([file, answer.status]).toEqual([file, 200]);
    expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect((await web.get(file.replace(/[0-9a-f]{12}/u, 'f'.repeat(12)))).status).toBe(404);
  }
});
