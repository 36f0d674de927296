import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import type { User } from '../../../../src/domain/accounts/user.ts';
import { openAccounts } from '../../../support/store/accounts-fixture.ts';
import type { AccountsFixture } from '../../../support/store/accounts-fixture.ts';
import { openTestDatabase } from '../../../support/store/test-database.ts';
import type { TestDatabase } from '../../../support/store/test-database.ts';
import { codeAt, secretOf } from '../../../support/web/authenticator.ts';

const password = 'correct horse battery staple';
const ip = '192.0.2.1';

let database: TestDatabase;
let now: number;
let access: AccountsFixture['access'];
let service: AccountsFixture['service'];

beforeEach(async () => {
  database = await openTestDatabase();
  now = Date.parse('2026-11-25T06:00:00Z');
  ({ access, service } = openAccounts(database, { clock: () => now }));
});

afterEach(async () => {
  await database[Symbol.asyncDispose]();
});

const add = () =>
  service.add({ email: 'lena@example.org', name: '', roles: ['viewer'], password: async () => password });
const signIn = (code: string, changes: object = {}) =>
  access.signIn({ email: 'lena@example.org', password, code, ip, ...changes });

async function userNow(): Promise<User> {
  const [user] = await service.list();
  if (user === undefined) throw new Error('There is no account.');
  return user;
}

/** Sets codes up; returns the app's secret and the recovery codes. */
async function setUp(sessionHash = '') {
  const user = await userNow();
  await access.secondFactor.begin(user, { password, ip });
  const pending = await access.secondFactor.pending(user);
  const secret = secretOf(pending?.uri ?? '');
  const answer = await access.secondFactor.confirm(user, { code: codeAt(secret, now), ip, sessionHash });
  if (answer.kind !== 'done') throw new Error(answer.kind);
  return { secret, recoveryCodes: answer.recoveryCodes };
}

async function actions(): Promise<readonly string[]> {
  const rows = await database.db.selectFrom('audit_log').select('action').orderBy('id').execute();
  return rows.map(({ action }) => action);
}

test('codes are asked for once one was typed, and not before', async () => {
  await add();
  await access.secondFactor.begin(await userNow(), { password, ip });

  expect((await signIn('')).kind).toBe('signed-in');
  expect(await access.asksForCodes()).toBe(false);
  await setUp();
  expect(await access.asksForCodes()).toBe(true);
  expect(await signIn('')).toEqual({ kind: 'wrong', what: 'code' });
  expect(await signIn('000000')).toEqual({ kind: 'wrong', what: 'code' });
});

test('the stored secret is sealed, and recovery codes are hashed', async () => {
  await add();
  const { secret, recoveryCodes } = await setUp();

  const stored = JSON.stringify([
    await database.db.selectFrom('second_factors').selectAll().execute(),
    await database.db.selectFrom('recovery_codes').selectAll().execute(),
  ]);

  expect(recoveryCodes).toHaveLength(10);
  for (const text of [Buffer.from(secret).toString('base64url'), Buffer.from(secret).toString('hex')])
    expect(stored).not.toContain(text);
  for (const code of recoveryCodes) expect(stored).not.toContain(code.replaceAll('-', ''));
});

test('setting it up needs the password and ends the other sessions', async () => {
  await add();
  const mine = await signIn('');
  const other = await signIn('');
  if (mine.kind !== 'signed-in' || other.kind !== 'signed-in') throw new Error('no session');
  const wrong = await access.secondFactor.begin(mine.user, { password: 'another password', ip });

  await setUp(access.sessionHash(mine.token));

  expect(wrong.kind).toBe('wrong');
  expect(await access.userOf(mine.token)).toMatchObject({ hasSecondFactor: true });
  expect(await access.userOf(other.token)).toBeUndefined();
});

describe('a code', () => {
  test('counts once, also for several sign-ins at the same moment, and no earlier one after it', async () => {
    await add();
    const { secret } = await setUp();
    expect((await signIn(codeAt(secret, now))).kind).toBe('wrong');

    now += 60_000;
    const code = codeAt(secret, now);
    const answers = await Promise.all([1, 2, 3].map(() => signIn(code)));
    const earlier = await signIn(codeAt(secret, now - 30_000));

    expect(answers.map(({ kind }) => kind).toSorted()).toEqual(['signed-in', 'wrong', 'wrong']);
    expect(earlier.kind).toBe('wrong');
    now += 30_000;
    expect((await signIn(`${codeAt(secret, now).slice(0, 3)} ${codeAt(secret, now).slice(3)}`)).kind).toBe(
      'signed-in',
    );
  });

  test('is not used up by a wrong password', async () => {
    await add();
    const { secret } = await setUp();
    now += 60_000;
    const code = codeAt(secret, now);

    expect(await signIn(code, { password: 'another password' })).toEqual({ kind: 'wrong', what: 'password' });
    expect((await signIn(code)).kind).toBe('signed-in');
  });

  test('is limited like a password', async () => {
    await add();
    await setUp();
    const kinds: string[] = [];
    for (let attempt = 0; attempt < 12; attempt += 1) kinds.push((await signIn('000000')).kind);

    expect(kinds.slice(0, 10)).toEqual(Array.from({ length: 10 }, () => 'wrong'));
    expect(kinds.slice(10)).toEqual(['too-many', 'too-many']);
  });
});

describe('a recovery code', () => {
  test('signs in once, however it is typed, and is recorded', async () => {
    await add();
    const { recoveryCodes } = await setUp();
    const [first = '', second = ''] = recoveryCodes;

    const answers = await Promise.all([1, 2].map(() => signIn(first)));

    expect(answers.map(({ kind }) => kind).toSorted()).toEqual(['signed-in', 'wrong']);
    expect((await signIn(second.toUpperCase().replaceAll('-', ' '))).kind).toBe('signed-in');
    const user = await userNow();
    expect(await access.secondFactor.state(user)).toMatchObject({ recoveryCodesLeft: 8 });
    expect((await actions()).filter((action) => action === 'recovery-code-used')).toHaveLength(2);
  });

  test('of before is worth nothing after new ones were made', async () => {
    await add();
    const { recoveryCodes } = await setUp();

    const renewed = await access.secondFactor.renewCodes(await userNow(), { password, ip });

    expect(renewed.kind).toBe('done');
    expect((await signIn(recoveryCodes[0] ?? '')).kind).toBe('wrong');
    const [fresh = ''] = renewed.kind === 'done' ? renewed.recoveryCodes : [];
    expect((await signIn(fresh)).kind).toBe('signed-in');
  });
});

describe('taking it away', () => {
  test('needs password and code', async () => {
    await add();
    const { secret } = await setUp();
    now += 60_000;
    const code = codeAt(secret, now);
    const user = await userNow();

    expect((await access.secondFactor.remove(user, { password, code: '000000', ip })).kind).toBe('wrong');
    expect((await access.secondFactor.remove(user, { password: 'another', code, ip })).kind).toBe('wrong');
    expect((await access.secondFactor.remove(user, { password, code, ip })).kind).toBe('done');
    expect((await signIn('')).kind).toBe('signed-in');
    expect(await actions()).toContain('second-factor-removed');
  });

  test('is done by `users reset`', async () => {
    await add();
    await setUp();

    await service.reset('lena@example.org', async () => 'another horse battery staple');

    const answer = await signIn('', { password: 'another horse battery staple' });
    expect(answer.kind).toBe('signed-in');
    expect(await database.db.selectFrom('recovery_codes').selectAll().execute()).toEqual([]);
  });

  test('is refused where every account needs one, and a user without it has to set it up', async () => {
    ({ access, service } = openAccounts(database, { clock: () => now, requiresSecondFactor: true }));
    await add();
    expect(access.mustSetUp(await userNow())).toBe(true);
    const { secret } = await setUp();
    now += 60_000;

    const answer = await access.secondFactor.remove(await userNow(), {
      password,
      code: codeAt(secret, now),
      ip,
    });

    expect(answer.kind).toBe('wrong');
    expect(access.mustSetUp(await userNow())).toBe(false);
  });
});
