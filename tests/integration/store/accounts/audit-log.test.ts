import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';

import type { AuditQuery } from '../../../../src/domain/audit.ts';
import { createAuditLog } from '../../../../src/store/accounts/audit-log.ts';
import { createUsers } from '../../../../src/store/accounts/users.ts';
import { createOperatorChanges } from '../../../../src/store/subscribers/operator-changes.ts';
import { createSubscribers } from '../../../../src/store/subscribers/subscribers.ts';
import { StoreFixture } from '../../../support/store/store-fixture.ts';

let store: StoreFixture;

beforeEach(async () => {
  store = await StoreFixture.create();
});

afterEach(async () => {
  await store[Symbol.asyncDispose]();
});

const byLena = { actor: 'lena@example.org', origin: 'desk' } as const;
const page = (query: Partial<AuditQuery> = {}) =>
  createAuditLog(store.db, store).page({ limit: 100, ...query });

/** Four entries: an approval, an account, a suppression, a pause. */
async function act(): Promise<number> {
  const editionId = await store.approve('2026-11-23');
  await createUsers(store.db).add(
    {
      email: 'lena@example.org',
      name: 'Lena',
      passwordHash: 'x',
      grants: [{ publication: '*', role: 'admin' }],
    },
    { actor: 'root', origin: 'command-line', now: 1_000 },
  );
  await createOperatorChanges(store.db, store).suppress(['reader1@example.org'], {
    ...byLena,
    reason: 'asked by phone',
    now: 2_000,
  });
  await store.subscribe(1);
  await store.publish(editionId, 10);
  await store.editions.changeState(editionId, 'paused', {
    at: 3_000,
    event: 'paused',
    ...byLena,
    detail: '',
  });
  return editionId;
}

test('lists who did what from where, newest first, over editions, subscribers and accounts', async () => {
  await act();

  const entries = await page();

  expect(entries.map(({ at, actor, origin, about, action }) => [at, actor, origin, about, action])).toEqual([
    [3_000, 'lena@example.org', 'desk', 'edition', 'paused'],
    [2_000, 'lena@example.org', 'desk', 'subscriber', 'suppressed'],
    [1_000, 'root', 'command-line', 'account', 'account-added'],
    [1_000, 'test', '', 'edition', 'published'],
    [0, 'test', '', 'edition', 'approved'],
  ]);
  expect(entries[0]).toMatchObject({
    publication: 'sample',
    date: '2026-11-23',
    subject: 'sample/2026-11-23',
  });
});

test('pages of every size hold each entry once', async () => {
  await act();
  const whole = (await page()).map(({ position }) => JSON.stringify(position));

  for (const limit of [1, 2, 3]) {
    const seen: string[] = [];
    let before: AuditQuery['before'];
    for (;;) {
      const part = await page({ limit, before });
      seen.push(...part.map(({ position }) => JSON.stringify(position)));
      if (part.length < limit) break;
      before = part.at(-1)?.position;
    }
    expect(seen).toEqual(whole);
  }
});

test('is filtered by publication, date, actor and moment', async () => {
  await act();

  expect((await page({ publication: 'sample' })).length).toBe(3);
  expect((await page({ publication: 'other' })).length).toBe(0);
  expect((await page({ date: '2026-11-23', actor: 'test' })).length).toBe(2);
  expect((await page({ since: 2_000 })).length).toBe(2);
});

test('finds what was done to an address, also after the subscriber was erased, and stores no address', async () => {
  await act();
  await createSubscribers(store.db, store).erase('reader1@example.org', { now: 4_000 });

  const found = await page({ canonical: 'reader1@example.org' });

  expect(found.map(({ action, detail }) => [action, detail])).toEqual([['suppressed', 'asked by phone']]);
  expect(JSON.stringify(await page())).not.toContain('reader1');
});

test.each(['audit_log', 'edition_events'])(
  'the database refuses to change or delete rows of %s',
  async (table) => {
    await act();
    const before = await sql`select * from ${sql.table(table)}`.execute(store.db);

    for (const statement of [
      `update ${table} set actor = 'somebody else'`,
      `delete from ${table}`,
      `delete from ${table} where id = 1`,
    ])
      await expect(sql.raw(statement).execute(store.db)).rejects.toThrow(/append only/u);

    expect((await sql`select * from ${sql.table(table)}`.execute(store.db)).rows).toEqual(before.rows);
  },
);
