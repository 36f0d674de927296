import { afterEach, beforeEach, expect, test } from 'vitest';

import { createOnce } from '../../../../src/app/api/once.ts';
import { createApiTokens } from '../../../../src/store/accounts/api-tokens.ts';
import { createIdempotentRequests } from '../../../../src/store/accounts/idempotent-requests.ts';
import { carryOutOnce } from '../../../../src/web/api/idempotency.ts';
import { openTestDatabase } from '../../../support/store/test-database.ts';
import type { TestDatabase } from '../../../support/store/test-database.ts';

const dayMs = 24 * 3_600_000;

let database: TestDatabase;
let now: number;
let tokenId: number;
let effects: number;

beforeEach(async () => {
  database = await openTestDatabase();
  now = 1_000_000;
  effects = 0;
  const token = await createApiTokens(database.db).add(
    { name: 'cms', owner: 'jo', tokenHash: 'f00d', scopes: ['send'], publications: ['*'], expiresAt: null },
    { actor: 'jo', origin: 'command-line', now },
  );
  tokenId = token.id;
});

afterEach(async () => {
  await database[Symbol.asyncDispose]();
});

const requests = () => createIdempotentRequests(database.db);
const once = () => createOnce(requests(), () => now);
const work = async () => {
  effects += 1;
  return { status: 200, body: `{"effect":${effects}}` };
};
const request = (changes: object = {}) => ({ tokenId, key: 'one', fingerprint: 'f00d', ...changes });

test('of many requests with one key at the same moment exactly one is carried out', async () => {
  const results = await Promise.allSettled(
    Array.from({ length: 40 }, () => carryOutOnce(once(), request(), work)),
  );

  expect(effects).toBe(1);
  for (const result of results) {
    if (result.status === 'fulfilled') expect(result.value.body).toBe('{"effect":1}');
    else expect(result.reason).toMatchObject({ code: 'IDEMPOTENCY_KEY_BUSY' });
  }
  expect((await carryOutOnce(once(), request(), work)).isReplayed).toBe(true);
});

test('different keys do not wait for each other', async () => {
  const keys = Array.from({ length: 40 }, (_, index) => request({ key: `key ${index}` }));

  await Promise.all(keys.map((one) => carryOutOnce(once(), one, work)));

  expect(effects).toBe(40);
});

test('a claim whose process stopped is taken over by one of many, and its late answer is not stored', async () => {
  const begun = await once().begin(request());
  now += 121_000;

  const taken = await Promise.all(Array.from({ length: 20 }, () => once().begin(request())));
  const owners = taken.filter(({ kind }) => kind === 'begun');
  if (begun.kind !== 'begun') throw new Error(begun.kind);
  await once().finish(request(), begun.fence, { status: 500, body: 'late' });

  expect(owners).toEqual([{ kind: 'begun', fence: 2 }]);
  expect(await once().begin(request())).toEqual({ kind: 'running' });
});

test('an answer is kept for a day and then deleted, and its key is new', async () => {
  await carryOutOnce(once(), request(), work);
  now += dayMs - 1;
  expect((await carryOutOnce(once(), request(), work)).isReplayed).toBe(true);
  now += 2;

  const again = await carryOutOnce(once(), request({ fingerprint: 'beef' }), work);

  expect(again).toEqual({ status: 200, body: '{"effect":2}', isReplayed: false });
  now += dayMs + 1;
  await once().begin(request({ key: 'another' }));
  const rows = await database.db.selectFrom('api_requests').select('idempotency_key').execute();
  expect(rows).toEqual([{ idempotency_key: 'another' }]);
});

test('old requests are deleted a bounded number at a time', async () => {
  for (let number = 0; number < 12; number += 1) await once().begin(request({ key: `key ${number}` }));

  expect(await requests().deleteBefore(now + 1, 5)).toBe(5);
  expect(await requests().deleteBefore(now + 1, 50)).toBe(7);
});

test('old requests are deleted as fast as new ones come, however many they are', async () => {
  const service = once();
  await service.begin(request());
  const [first] = await database.db.selectFrom('api_requests').selectAll().execute();
  if (first === undefined) throw new Error('nothing was stored');
  const old = Array.from({ length: 1_400 }, (_, index) => ({ ...first, idempotency_key: `key ${index}` }));
  for (let from = 0; from < old.length; from += 100) {
    await database.db
      .insertInto('api_requests')
      .values(old.slice(from, from + 100))
      .execute();
  }

  now += dayMs + 60_000;
  for (const key of ['two', 'three', 'four']) await service.begin(request({ key }));

  const left = await database.db.selectFrom('api_requests').select('idempotency_key').execute();
  expect(left.map(({ idempotency_key: key }) => key).toSorted()).toEqual(['four', 'three', 'two']);
});

test('a token is found by its hash until it expires, and its name is never free again', async () => {
  const tokens = createApiTokens(database.db);
  const by = { actor: 'jo', origin: 'command-line', now } as const;
  const token = {
    name: 'week',
    owner: 'jo',
    tokenHash: 'beef',
    scopes: ['read'],
    publications: ['letter'],
  } as const;
  await tokens.add({ ...token, expiresAt: now + 10 }, by);

  expect(await tokens.find('beef', now + 9)).toMatchObject({ name: 'week', publications: ['letter'] });
  expect(await tokens.find('beef', now + 10)).toBeUndefined();
  await tokens.revoke('week', by);
  await expect(tokens.add({ ...token, tokenHash: 'cafe', expiresAt: null }, by)).rejects.toMatchObject({
    code: 'TOKEN_EXISTS',
  });
  const log = await database.db.selectFrom('audit_log').select(['action', 'subject']).execute();
  expect(log).toEqual([
    { action: 'token-created', subject: 'cms' },
    { action: 'token-created', subject: 'week' },
    { action: 'token-revoked', subject: 'week' },
  ]);
});
