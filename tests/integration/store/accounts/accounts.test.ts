import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { openAccounts } from '../../../support/store/accounts-fixture.ts';
import type { AccountsFixture } from '../../../support/store/accounts-fixture.ts';
import { openTestDatabase } from '../../../support/store/test-database.ts';
import type { TestDatabase } from '../../../support/store/test-database.ts';

const hourMs = 3_600_000;
const password = 'correct horse battery staple';
const other = 'another horse battery staple';

let database: TestDatabase;
let now: number;
let access: AccountsFixture['access'];
let service: AccountsFixture['service'];

beforeEach(async () => {
  database = await openTestDatabase();
  now = 1_000_000;
  ({ access, service } = openAccounts(database, { clock: () => now }));
});

afterEach(async () => {
  await database[Symbol.asyncDispose]();
});

const add = () =>
  service.add({
    email: 'Lena@Example.org',
    name: 'Lena Ortiz',
    roles: ['approver:letter', 'viewer'],
    password: async () => password,
  });
const attempt = (changes: object = {}) => ({
  email: 'lena@example.org',
  password,
  code: '',
  ip: '192.0.2.1',
  ...changes,
});

async function tokenOf(): Promise<string> {
  const answer = await access.signIn(attempt());
  if (answer.kind !== 'signed-in') throw new Error(answer.kind);
  return answer.token;
}

test('an account is found by any spelling of its address, with its roles', async () => {
  await add();

  expect(await service.list()).toEqual([
    expect.objectContaining({
      email: 'lena@example.org',
      grants: [
        { publication: '*', role: 'viewer' },
        { publication: 'letter', role: 'approver' },
      ],
    }),
  ]);
  expect((await access.signIn(attempt({ email: ' LENA@example.ORG' }))).kind).toBe('signed-in');
});

test('the database holds neither a password nor a token', async () => {
  await add();
  const token = await tokenOf();

  const stored = JSON.stringify([
    await database.db.selectFrom('users').selectAll().execute(),
    await database.db.selectFrom('user_sessions').selectAll().execute(),
    await database.db.selectFrom('audit_log').selectAll().execute(),
  ]);

  expect(stored).toContain('$argon2id$v=19$m=19456,t=2,p=1$');
  expect(stored).not.toContain(password);
  expect(stored).not.toContain(token);
});

test.each([
  ['ACCOUNT_EXISTS', async () => void (await add())],
  ['PASSWORD_WEAK', () => service.reset('lena@example.org', async () => 'too short')],
  ['PASSWORD_WEAK', () => service.reset('lena@example.org', async () => 'aaaaaaaaaaaaaaaaaaaaaaa')],
  ['PASSWORD_WEAK', () => service.reset('lena@example.org', async () => 'x'.repeat(257))],
  ['ACCOUNT_NOT_FOUND', () => service.disable('nobody@example.org')],
  ['ADDRESS_INVALID', () => service.disable('nobody')],
  ['USAGE_INVALID', () => service.setRoles('lena@example.org', ['owner'])],
  ['USAGE_INVALID', () => service.setRoles('lena@example.org', [])],
])('refuses with %s and changes nothing', async (code, action) => {
  await add();
  const before = await service.list();

  await expect(action()).rejects.toThrow(expect.objectContaining({ code }));

  expect(await service.list()).toEqual(before);
});

describe('a session', () => {
  test('is worth its user until it is signed out', async () => {
    await add();
    const token = await tokenOf();
    expect((await access.userOf(token))?.email).toBe('lena@example.org');

    await access.signOut(token);

    expect(await access.userOf(token)).toBeUndefined();
  });

  test('has another token after each sign-in, and a token that was not issued is worth nothing', async () => {
    await add();

    expect(await tokenOf()).not.toBe(await tokenOf());
    expect(await access.userOf('a'.repeat(43))).toBeUndefined();
  });

  test('ends after twelve hours without a request', async () => {
    await add();
    const token = await tokenOf();
    now += 11 * hourMs;
    expect(await access.userOf(token)).toBeDefined();
    now += 11 * hourMs;
    expect(await access.userOf(token)).toBeDefined();

    now += 13 * hourMs;

    expect(await access.userOf(token)).toBeUndefined();
  });

  test('ends a week after the sign-in, however much it is used', async () => {
    await add();
    const token = await tokenOf();

    for (let hour = 0; hour < 168; hour += 8) {
      now += 8 * hourMs;
      await access.userOf(token);
    }
    now += 1;

    expect(await access.userOf(token)).toBeUndefined();
  });

  test.each([
    ['reset', () => service.reset('lena@example.org', async () => other)],
    ['disable', () => service.disable('lena@example.org')],
  ])('is ended by `users %s`', async (_name, change) => {
    await add();
    const token = await tokenOf();

    await change();

    expect(await access.userOf(token)).toBeUndefined();
    expect((await access.signIn(attempt())).kind).toBe('wrong');
  });
});

test('a new role counts in the sessions that are open', async () => {
  await add();
  const token = await tokenOf();

  await service.setRoles('lena@example.org', ['admin']);

  expect((await access.userOf(token))?.grants).toEqual([{ publication: '*', role: 'admin' }]);
});

test('an installation is open once there is an account that is not disabled', async () => {
  expect(await access.isOpen()).toBe(false);
  await add();
  expect(await access.isOpen()).toBe(true);
  await service.disable('lena@example.org');
  expect(await access.isOpen()).toBe(false);
});

describe('somebody who guesses', () => {
  test('gets the same answers for known, disabled and unknown accounts, and texts that are no address', async () => {
    await add();
    await service.add({
      email: 'max@example.org',
      name: '',
      roles: ['viewer'],
      password: async () => password,
    });
    await service.disable('max@example.org');

    const answers = [];
    for (const email of ['lena@example.org', 'max@example.org', 'nobody@example.org', 'x'.repeat(9_000)]) {
      const series: string[] = [];
      for (let time = 0; time < 11; time += 1)
        series.push(
          (await access.signIn(attempt({ email, password: other, ip: `198.51.100.${answers.length}` }))).kind,
        );
      answers.push(series);
    }

    expect(new Set(answers.map(String)).size).toBe(1);
    expect(answers[0]?.filter((kind) => kind === 'wrong')).toHaveLength(10);
  });

  test('is stopped after ten attempts for an address, also when all come at the same moment', async () => {
    await add();

    const answers = await Promise.all(
      Array.from({ length: 30 }, () => access.signIn(attempt({ password: other }))),
    );

    expect(answers.filter(({ kind }) => kind === 'wrong')).toHaveLength(10);
    expect((await access.signIn(attempt())).kind).toBe('too-many');
  });

  test('does not lock out the owner, who signs in from another network', async () => {
    await add();
    for (let time = 0; time < 40; time += 1) await access.signIn(attempt({ password: other }));

    expect((await access.signIn(attempt({ ip: '203.0.113.9' }))).kind).toBe('signed-in');
  });

  test('is stopped after thirty attempts from one network, whatever the addresses', async () => {
    await add();

    const kinds: string[] = [];
    for (let time = 0; time < 40; time += 1)
      kinds.push((await access.signIn(attempt({ email: `reader${time}@example.org` }))).kind);

    expect(kinds.filter((kind) => kind === 'wrong')).toHaveLength(30);
  });
});
