import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { scopes } from '../../../src/domain/accounts/api-token.ts';
import { allEndpoints } from '../../../src/web/api/all-endpoints.ts';
import { routeOf } from '../../../src/web/api/api-routes.ts';
import { ApiSite } from '../../support/web/api-site.ts';
import { today, todaysEdition } from '../../support/web/desk-site.ts';

let site: ApiSite;

beforeAll(async () => {
  site = await ApiSite.open();
  await site.desk.publish(5, [{ reason: 'policy', reply: '5.7.1 Refused' }]);
});

afterAll(async () => {
  await site[Symbol.asyncDispose]();
});

/** All that the API changes. */
function states(): unknown {
  const { harness } = site.desk.live;
  return [
    harness.query('select state, on_hold, revision, page_revision, withdrawn_at from editions'),
    harness.query('select state, subscriber_id from subscriptions'),
    harness.query("select id, action from audit_log where action not like 'token-%'"),
    harness.query('select id from edition_events'),
    harness.query('select id from signups'),
    harness.query('select token_id from api_requests'),
  ];
}

const bodies: Readonly<Record<string, unknown>> = {
  approveEdition: { contentHash: '0'.repeat(64) },
  correctEdition: { note: '' },
  createSubscriber: { address: 'no address' },
  findSubscriber: { address: 'no address' },
  unsubscribe: { address: 'no address', reason: 'test' },
  suppress: { address: 'no address', reason: 'test' },
  unsuppress: { address: 'no address', reason: 'test' },
};

test('every route of the API but its document has a declaration, and each declaration a route', () => {
  const routes = site.desk.live.routes
    .filter(({ access, method }) => access === 'api' && method !== 'HEAD')
    .map(({ method, url, api, csrf }) => [method, url, api?.scope, api?.reach, csrf]);

  expect(routes).toEqual(
    allEndpoints.map((one) => [
      one.method,
      routeOf(one),
      one.scope,
      one.reach,
      one.method === 'GET' ? 'none' : 'bearer',
    ]),
  );
  expect(routes.length).toBeGreaterThan(20);
});

describe.each(allEndpoints)('$method $path', (one) => {
  const request = { body: one.body === undefined ? undefined : (bodies[one.id] ?? {}) };

  test('is closed without a token, and says how to send one', async () => {
    const before = states();

    const none = await site.call(one.id, request);
    const wrong = await site.call(one.id, { ...request, token: `daybrief_${'x'.repeat(43)}` });

    expect([none.status, none.body.code]).toEqual([401, 'TOKEN_INVALID']);
    expect(none.headers.get('www-authenticate')).toBe('Bearer realm="daybrief"');
    expect([wrong.status, wrong.body.code]).toEqual([401, 'TOKEN_INVALID']);
    expect(wrong.headers.get('www-authenticate')).toContain('error="invalid_token"');
    expect(states()).toEqual(before);
  });

  test('is closed to a token with every other scope, and changes nothing', async () => {
    const token = await site.token(scopes.filter((scope) => scope !== one.scope));
    const before = states();

    const answer = await site.call(one.id, { ...request, token });

    expect([answer.status, answer.body.code]).toEqual([403, 'SCOPE_MISSING']);
    expect(answer.headers.get('www-authenticate')).toContain(`scope="${one.scope}"`);
    expect(states()).toEqual(before);
  });

  test('is there for a token with its scope alone', async () => {
    const token = await site.token([one.scope]);

    const answer = await site.call(one.id, { ...request, token });

    expect([401, 403, 405, 429, 500]).not.toContain(answer.status);
    if (answer.status === 404) expect(answer.body.code).toBe('IMPORT_NOT_FOUND');
    expect(answer.headers.get('ratelimit-policy')).toBe('"token";q=100000;w=60');
  });

  test('shows a token of another publication nothing, as if there were none', async () => {
    const token = await site.token([...scopes], { publications: ['night'] });
    const before = states();

    const answer = await site.call(one.id, { ...request, token });

    if (one.reach === 'this') {
      const unknown = await site.call(one.id, { ...request, token, params: { slug: 'nowhere' } });
      expect([answer.status, answer.body.code]).toEqual([404, 'PUBLICATION_NOT_FOUND']);
      expect(unknown.body).toEqual(
        JSON.parse(JSON.stringify(answer.body).replaceAll('letter', 'nowhere')) as unknown,
      );
    } else if (one.reach === 'all') expect(answer.status).toBe(403);
    else expect(JSON.stringify(answer.body)).not.toContain('letter');
    expect(states()).toEqual(before);
  });
});

/** Other tests have stopped the edition of the first one. */
async function freshSite(): Promise<ApiSite> {
  const fresh = await ApiSite.open();
  await fresh.desk.publish(5);
  return fresh;
}

describe('a token', () => {
  test('is refused once it is revoked', async () => {
    const token = await site.token(['read'], { name: 'soon gone' });
    expect((await site.call('listPublications', { token })).status).toBe(200);

    await (await site.desk.live.services.tokens()).revoke('soon gone');

    expect((await site.call('listPublications', { token })).status).toBe(401);
  });

  test('is refused while the account of its owner is disabled', async () => {
    const users = await site.desk.live.services.users();
    await site.desk.addUser('leaver@example.org', 'admin');
    const token = await site.token(['read'], { owner: 'Leaver@example.org' });
    const status = async () => (await site.call('listPublications', { token })).status;

    const before = await status();
    await users.disable('leaver@example.org');
    const disabled = await status();
    await users.enable('leaver@example.org');

    expect([before, disabled, await status()]).toEqual([200, 401, 200]);
  });

  test('of one publication does not learn what others know of an address', async () => {
    const [all, night] = await Promise.all([
      site.token(['subscribers']),
      site.token(['subscribers'], { publications: ['night'] }),
    ]);
    const { harness } = site.desk.live;
    const reason = 'They asked for it.';
    await site.call('suppress', { token: all, body: { address: 'complainer@example.net', reason } });
    const [reader] = harness.query<{ address: string }>('select address from subscribers where id = 1');
    harness.tamper('update subscribers set address = upper(address) where id = 1');
    const find = (token: string, address: string) =>
      site.call('findSubscriber', { token, body: { address } });
    const unknown = await find(night, 'unknown@example.net');

    for (const address of ['complainer@example.net', reader?.address ?? '']) {
      expect((await find(all, address)).status).toBe(200);
      const hidden = await find(night, address);
      expect(hidden.status).toBe(404);
      expect(JSON.stringify(hidden.body).replace(address, 'unknown@example.net')).toBe(
        JSON.stringify(unknown.body),
      );
    }
  });

  test('is in the database as a hash alone, and its last use to the minute', async () => {
    const token = await site.token(['read'], { name: 'seen' });
    await site.call('listPublications', { token });
    await site.call('listPublications', { token });

    const { harness } = site.desk.live;
    const [row] = harness.query<{ token_hash: string; seen_at: number }>(
      "select * from api_tokens where name = 'seen'",
    );
    expect(JSON.stringify(site.desk.live.personalData())).not.toContain(token);
    expect(row?.token_hash).toMatch(/^[0-9a-f]{64}$/u);
    harness.tamper("update api_tokens set seen_at = 5 where name = 'seen'");
    await site.call('listPublications', { token });
    expect(harness.query("select seen_at from api_tokens where name = 'seen'")).not.toEqual([{ seen_at: 5 }]);
  });

  test('acts under its name, from the API, in the audit log', async () => {
    await using site = await freshSite();
    const token = await site.token(['send'], { name: 'robot' });

    await site.call('pauseEdition', { token });
    await site.call('resumeEdition', { token });

    const entries = site.desk.live.harness.query(
      "select actor, origin, event from edition_events where actor = 'robot' order by id",
    );
    expect(entries).toEqual([
      { actor: 'robot', origin: 'api', event: 'paused' },
      { actor: 'robot', origin: 'api', event: 'resumed' },
    ]);
  });
});

describe('approving', () => {
  const yaml = 'author-may-approve: false';

  async function hashOf(): Promise<string> {
    const composition = await site.desk.live.services.compose(todaysEdition);
    return composition.contentHash;
  }

  test.each([
    ['with the name of the author', { name: 'Jo Park' }],
    ['that acts for the author', { name: 'cms', owner: 'jo park' }],
  ])('is refused to a token %s, where authors may not approve', async (_name, options) => {
    const { harness } = site.desk.live;
    const file = 'digests/letter/publication.yaml';
    const before = harness.read(file);
    harness.write(file, `${before}${yaml}\n`);
    const token = await site.token(['approve'], options);

    const answer = await site.call('approveEdition', { token, body: { contentHash: await hashOf() } });
    harness.write(file, before);

    expect([answer.status, answer.body.code]).toEqual([403, 'APPROVAL_BY_AUTHOR']);
    expect(answer.body.detail).toMatch(/^Jo Park|^jo park/u);
  });

  test('is refused to a person for whom a token saved the digest, where authors may not approve', async () => {
    await using fresh = await freshSite();
    const { harness, services } = fresh.desk.live;
    const file = 'digests/letter/publication.yaml';
    harness.write(file, `${harness.read(file)}${yaml}\n`);
    const writer = await fresh.token(['write'], { name: 'cms', owner: 'lena@example.org' });
    const { body } = await fresh.call('getDigest', { token: writer });
    const { text, version } = body as unknown as { readonly text: string; readonly version: string };
    await fresh.call('putDigest', { token: writer, body: { text: `${text}\nMore.\n`, version } });
    const { contentHash } = await services.compose(todaysEdition);
    const lena = await fresh.token(['approve'], { owner: 'Lena@example.org' });
    const other = await fresh.token(['approve'], { owner: 'ben@example.org' });
    const request = { body: { contentHash, now: true } };

    const refused = await fresh.call('approveEdition', { ...request, token: lena });
    const approved = await fresh.call('approveEdition', { ...request, token: other });

    expect([refused.status, refused.body.code]).toEqual([403, 'APPROVAL_BY_AUTHOR']);
    expect(approved.body).toMatchObject({ state: 'approved' });
  });

  test('is refused for another content than what was looked at', async () => {
    const token = await site.token(['approve']);

    const answer = await site.call('approveEdition', { token, body: { contentHash: 'f'.repeat(64) } });

    expect([answer.status, answer.body.code]).toEqual([409, 'EDITION_CHANGED']);
  });

  test('is possible with the content hash', async () => {
    await using fresh = await freshSite();
    const token = await fresh.token(['approve']);

    const answer = await fresh.call('approveEdition', { token, body: { contentHash: await hashOf() } });

    expect(answer.body).toMatchObject({ state: 'approved', edition: { date: today } });
  });
});
