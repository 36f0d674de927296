import { afterAll, beforeAll, expect, test } from 'vitest';

import { ApiSite } from '../../support/web/api-site.ts';

let site: ApiSite;
let token: string;

beforeAll(async () => {
  site = await ApiSite.open();
  await site.desk.publish(4);
  token = await site.token(['send', 'subscribers', 'approve']);
});

afterAll(async () => {
  await site[Symbol.asyncDispose]();
});

const body = { address: 'reader1@example.org', reason: 'asked by phone' };

function entries(): number {
  return site.desk.live.harness.number("select count(*) from audit_log where action = 'unsubscribed'");
}

test('a request that is sent again with its key gets the stored answer, and has no second effect', async () => {
  const first = await site.call('unsubscribe', { token, body, key: '"one"' });
  site.desk.live.harness.tamper("update subscriptions set state = 'active'");
  const before = entries();

  const second = await site.call('unsubscribe', { token, body, key: 'one' });

  expect(first.body).toEqual({ before: 'active' });
  expect([second.status, second.body]).toEqual([first.status, first.body]);
  expect(second.headers.get('idempotency-replayed')).toBe('true');
  expect(first.headers.get('idempotency-replayed')).toBeNull();
  expect(entries()).toBe(before);
});

test('a key that was used with another request is refused', async () => {
  await site.call('unsubscribe', { token, body, key: 'two' });

  const other = await site.call('unsubscribe', { token, body: { ...body, reason: 'other' }, key: 'two' });
  const elsewhere = await site.call('suppress', { token, body, key: 'two' });

  expect([other.status, other.body.code]).toEqual([422, 'IDEMPOTENCY_KEY_REUSED']);
  expect([elsewhere.status, elsewhere.body.code]).toEqual([422, 'IDEMPOTENCY_KEY_REUSED']);
});

test('the key of one token is not that of another', async () => {
  const mine = await site.call('unsubscribe', { token, body, key: 'three' });
  const other = await site.token(['subscribers']);

  const theirs = await site.call('unsubscribe', { token: other, body, key: 'three' });

  expect(theirs.headers.get('idempotency-replayed')).toBeNull();
  expect(mine.status).toBe(theirs.status);
});

test('of many at the same moment one has its effect, and the others get its answer or are told to wait', async () => {
  site.desk.live.harness.tamper("update subscriptions set state = 'active'");
  const before = entries();

  const answers = await Promise.all(
    Array.from({ length: 25 }, () => site.call('unsubscribe', { token, body, key: 'four' })),
  );

  const statuses = answers.map(({ status }) => status);
  expect(statuses.filter((status) => status !== 200 && status !== 409)).toEqual([]);
  const replayed = answers.filter(({ headers }) => headers.get('idempotency-replayed') === 'true');
  expect(statuses.filter((status) => status === 200).length).toBe(replayed.length + 1);
  expect(
    answers.filter(({ status }) => status === 200).every(({ body: { before: state } }) => state === 'active'),
  ).toBe(true);
  expect(entries()).toBe(before + 1);
});

test('a refused request frees its key, so that it can be sent again once the reason is gone', async () => {
  const refused = await site.call('resumeEdition', { token, body: {}, key: 'five' });
  await site.call('pauseEdition', { token });

  const again = await site.call('resumeEdition', { token, body: {}, key: 'five' });

  expect([refused.status, refused.body.code]).toEqual([409, 'EDITION_STATE']);
  expect([again.status, again.body['state']]).toEqual([200, 'sending']);
});

test('a request whose process stopped is carried out again once its lease is over', async () => {
  await site.call('pauseEdition', { token, key: 'six' });
  await site.call('resumeEdition', { token });
  const { harness } = site.desk.live;
  // As a process leaves it that stops before it has stored the answer.
  harness.tamper(
    "update api_requests set status = 0, answer = '', lease_until = ? where idempotency_key = 'six'",
    Date.now() + 60_000,
  );
  const waiting = await site.call('pauseEdition', { token, key: 'six' });
  harness.tamper("update api_requests set lease_until = 0 where idempotency_key = 'six'");

  const again = await site.call('pauseEdition', { token, key: 'six' });
  const stored = await site.call('pauseEdition', { token, key: 'six' });

  expect([waiting.status, waiting.body.code]).toEqual([409, 'IDEMPOTENCY_KEY_BUSY']);
  expect([again.status, again.body['state']]).toEqual([200, 'paused']);
  expect(stored.headers.get('idempotency-replayed')).toBe('true');
});

test.each(['""', '"a', 'ä', 'x'.repeat(256), 'a"b'])('the key %j is refused', async (key) => {
  const answer = await site.call('unsubscribe', {
    token,
    body,
    headers: { 'idempotency-key': Buffer.from(key, 'utf8').toString('latin1') },
  });

  expect([answer.status, answer.body.code]).toEqual([400, 'REQUEST_MALFORMED']);
});

test('neither an address nor a body is stored with a key', () => {
  const rows = JSON.stringify(site.desk.live.harness.query('select * from api_requests'));

  expect(rows).not.toContain('reader1');
  expect(rows).not.toContain('phone');
});
