import { readFileSync } from 'node:fs';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { KnownRoute } from '../../../src/web/http/route-rules.ts';
import { DeskSite, deskPassword, today } from '../../support/web/desk-site.ts';
import type { DeskVisitor } from '../../support/web/desk-site.ts';

let site: DeskSite;

beforeAll(async () => {
  site = await DeskSite.open();
  await site.addUser('first@example.org', 'admin');
  await site.publish(5, [
    { reason: 'policy', reply: '5.7.1 <script>alert(1)</script>' },
    { reason: 'bad-address', reply: '5.1.1 Unknown', isAddress: true },
  ]);
});

afterAll(async () => {
  await site[Symbol.asyncDispose]();
});

/** Who may do what, written down a second time. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  see: ['viewer', 'author', 'approver', 'operator', 'admin'],
  drafts: ['viewer', 'author', 'approver', 'operator', 'admin'],
  write: ['author', 'approver', 'operator', 'admin'],
  approve: ['approver', 'admin'],
  operate: ['operator', 'admin'],
  subscribers: ['operator', 'admin'],
  audit: ['admin'],
};
const roles = ['viewer', 'author', 'approver', 'operator', 'admin'] as const;

function deskRoutes(): readonly KnownRoute[] {
  const routes = site.live.routes.filter(({ access, method }) => access === 'desk' && method !== 'HEAD');
  // Signing out would end the session of the others.
  return routes.filter(({ url }) => url !== '/desk/sign-out');
}

function pathOf({ url }: KnownRoute): string {
  return url
    .replace(':slug', 'letter')
    .replace(':date', today)
    .replace(':name', 'none.png')
    .replace(':version/*', 'old/preview.js');
}

function isStream({ url }: KnownRoute): boolean {
  return url === '/desk/live' || url.endsWith('/events');
}

/** All that forms of the desk change. */
function states(): unknown {
  const { harness } = site.live;
  return [
    readFileSync(harness.path(`digests/letter/${today}.md`), 'utf8'),
    harness.query('select state, on_hold, revision, page_revision, withdrawn_at from editions'),
    harness.query('select state, subscriber_id from subscriptions'),
    harness.query('select id, action from audit_log where action <> ?', 'signed-in').length,
    harness.query('select id from edition_events').length,
  ];
}

function mayUse(role: string, { desk }: KnownRoute): boolean {
  if (desk === 'anybody' || desk === 'user' || desk === 'account') return true;
  const [name = '', publication] = role.split(':');
  if (!(allowed[desk?.permission ?? ''] ?? []).includes(name)) return false;
  if (publication === undefined || desk?.in === 'any') return true;
  return desk?.in === 'this' && publication === 'letter';
}

async function answerOf(visitor: DeskVisitor, route: KnownRoute, fields: Record<string, string> = {}) {
  const path = pathOf(route);
  if (route.method === 'POST') return visitor.post(path, fields);
  if (!isStream(route)) return visitor.get(path);
  // The stream never ends by itself.
  const stop = new AbortController();
  const response = await visitor.send(path, {
    headers: { accept: 'text/event-stream' },
    signal: stop.signal,
  });
  if (response.status !== 200) return response;
  const head = new Response('', { status: response.status, headers: response.headers });
  stop.abort();
  return head;
}

test('every route of the desk that changes something wants a token of its session', () => {
  const routes = site.live.routes.filter(({ access }) => access === 'desk');

  expect(routes.length).toBeGreaterThan(30);
  for (const { method, url, csrf } of routes)
    expect([url, method, csrf]).toEqual([url, method, method === 'POST' ? 'form-token' : 'none']);
});

test('nobody without a session gets anything but the way to sign in', async () => {
  for (const route of deskRoutes().filter(({ desk }) => desk !== 'anybody')) {
    const answer = await answerOf(site.visitor(), route);
    const body = await answer.text();

    expect([route.url, body.includes('reader1')]).toEqual([route.url, false]);
    if (route.method === 'POST' || isStream(route))
      expect([route.url, answer.status]).toEqual([route.url, 401]);
    else {
      expect([route.url, answer.status]).toEqual([route.url, 303]);
      expect(answer.headers.get('location')).toMatch(/^\/desk\/sign-in\?next=%2Fdesk/u);
    }
  }
});

describe.each([...roles, 'operator:night', 'operator:letter', 'viewer:letter'])('the role %s', (role) => {
  test('opens what it allows, and no other route', async () => {
    const visitor = await site.visitorAs(role);
    for (const route of deskRoutes()) {
      const answer = await answerOf(visitor, route, { confirm: 'no' });
      const body = await answer.text();
      const isRefused = answer.status === 403 && body.includes('Your role does not allow this');

      expect([role, route.method, route.url, isRefused]).toEqual([
        role,
        route.method,
        route.url,
        !mayUse(role, route),
      ]);
      if (!isRefused) expect([route.url, answer.status]).not.toEqual([route.url, 500]);
    }
  });
});

describe('a form', () => {
  test.each([
    ['without a token', { 'form-token': '' }, {}],
    ['with the token of another session', { 'form-token': 'x'.repeat(43) }, {}],
    ['from a page of another site', {}, { origin: 'https://evil.example.net' }],
    ['that a browser says came from elsewhere', {}, { 'sec-fetch-site': 'cross-site' }],
  ])('%s changes nothing', async (name, fields, headers) => {
    const email = `admin-${name.length}-${Object.keys(headers).length}@example.org`;
    await site.addUser(email, 'admin');
    const visitor = site.visitor();
    await visitor.signIn(email);
    const before = states();
    const posts = deskRoutes().filter(({ method }) => method === 'POST');

    expect(posts.length).toBeGreaterThan(12);
    for (const route of posts) {
      const answer = await visitor.post(
        pathOf(route),
        { confirm: 'yes', reason: 'test', ...fields },
        { headers },
      );
      expect([route.url, answer.status]).toEqual([route.url, 403]);
    }
    expect(states()).toEqual(before);
  });
});

describe('a session', () => {
  test('gets a cookie that scripts and other sites cannot use', async () => {
    await site.addUser('cookie@example.org', 'viewer');
    const answer = await site.visitor().signIn('cookie@example.org');

    expect(answer.status).toBe(303);
    expect(answer.headers.get('location')).toBe('/desk');
    expect(answer.headers.getSetCookie()[0]).toMatch(
      /^__Host-daybrief-session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Secure$/u,
    );
  });

  test('does not take over a token that was planted before the sign-in', async () => {
    await site.addUser('planted@example.org', 'viewer');
    const visitor = site.visitor();
    const planted = 'p'.repeat(43);
    visitor.cookies.set('__Host-daybrief-session', planted);

    await visitor.signIn('planted@example.org');

    expect(visitor.cookies.get('__Host-daybrief-session')).not.toBe(planted);
    const thief = site.visitor();
    thief.cookies.set('__Host-daybrief-session', planted);
    expect((await thief.get('/desk')).status).toBe(303);
  });

  test('is over after signing out, also for whoever copied the cookie', async () => {
    await site.addUser('leaver@example.org', 'viewer');
    const visitor = site.visitor();
    await visitor.signIn('leaver@example.org');
    const copy = site.visitor();
    for (const [name, value] of visitor.cookies) copy.cookies.set(name, value);
    expect((await copy.get('/desk')).status).toBe(200);

    await visitor.post('/desk/sign-out', {}, { page: '/desk' });

    expect((await copy.get('/desk')).status).toBe(303);
  });

  test.each(['reset', 'disable'])('is ended by `users %s` on the command line', async (command) => {
    const email = `${command}@example.org`;
    await site.addUser(email, 'viewer');
    const visitor = site.visitor();
    await visitor.signIn(email);
    const users = await site.live.services.users();

    if (command === 'reset') await users.reset(email, async () => 'another horse battery staple');
    else await users.disable(email);

    expect((await visitor.get('/desk')).status).toBe(303);
  });
});

describe('somebody who guesses', () => {
  test('gets the same page for a known and an unknown address', async () => {
    await site.addUser('known@example.org', 'viewer');
    const pages = [];
    for (const email of ['known@example.org', 'unknown@example.org']) {
      const answer = await site.visitor().signIn(email, 'a password that is wrong');
      pages.push([answer.status, (await answer.text()).replaceAll(/value="[^"]*"/gu, '')]);
    }

    expect(pages[0]).toEqual(pages[1]);
    expect(pages[0]?.[0]).toBe(422);
  });

  test('is told to wait after ten attempts, with the right password too', async () => {
    await site.addUser('guessed@example.org', 'viewer');
    const statuses = [];
    for (let time = 0; time < 11; time += 1)
      statuses.push((await site.visitor().signIn('guessed@example.org', 'a password that is wrong')).status);

    const answer = await site.visitor().signIn('guessed@example.org', deskPassword);

    expect(statuses.filter((status) => status === 422).length).toBeLessThanOrEqual(10);
    expect(answer.status).toBe(429);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  });
});
