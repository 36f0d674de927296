import { expect, test } from 'vitest';

import { createSuppress } from '../../../src/store/subscribers/suppressions.ts';
import { SubscribersFixture } from '../../support/store/subscribers-fixture.ts';

const csv = 'email,state\nada@example.org,active\nbob@example.org,unsubscribed\n';

async function statesOf(fixture: SubscribersFixture): Promise<Readonly<Record<string, string>>> {
  const { subscribers } = await fixture.service.list({ publication: 'morning', limit: 100 });
  return Object.fromEntries(subscribers.map(({ address, state }) => [address, state]));
}

test('suppresses known and unknown addresses in every publication, and no import brings them back', async () => {
  await using fixture = await SubscribersFixture.create();
  await fixture.import(csv);
  const lines = ['email', 'ADA@example.org', '', ' <new@example.org> ', 'no address'];

  const first = await fixture.service.change({ action: 'suppress', lines, reason: 'asked by phone' });
  const again = await fixture.service.change({ action: 'suppress', lines });
  await fixture.import('email,state\nada@example.org,active\nnew@example.org,active\n');

  expect(first).toMatchObject({ changed: 2, unchanged: 0, invalid: [{ line: 5, text: 'no address' }] });
  expect(again).toMatchObject({ changed: 0, unchanged: 2 });
  expect(await statesOf(fixture)).toEqual({
    'ada@example.org': 'suppressed',
    'bob@example.org': 'unsubscribed',
  });
});

test('unsuppressing returns subscriptions to their state before the suppression', async () => {
  await using fixture = await SubscribersFixture.create();
  await fixture.import(csv);
  const lines = ['ada@example.org', 'bob@example.org'];
  const ids = await fixture.db.selectFrom('subscribers').select('id').execute();
  const suppress = createSuppress({ keys: fixture.keys });
  // As after replies 550 5.1.1 of a receiver with a broken directory.
  await suppress(
    fixture.db,
    ids.map(({ id }) => ({ subscriberId: id, reason: 'bad-address' })),
    2_000,
  );

  const reverted = await fixture.service.change({ action: 'unsuppress', lines, reason: 'receiver failed' });

  expect(reverted).toMatchObject({ changed: 2, unchanged: 0, refused: [] });
  expect(await statesOf(fixture)).toEqual({ 'ada@example.org': 'active', 'bob@example.org': 'unsubscribed' });
  expect(await fixture.suppressions.count()).toBe(0);
});

test('unsuppressing leaves erased subscribers and complaints suppressed', async () => {
  await using fixture = await SubscribersFixture.create();
  await fixture.import(csv);
  await fixture.service.erase('ada@example.org');
  await fixture.suppressions.add('bob@example.org', { reason: 'complaint', now: 1 });
  const lines = ['ada@example.org', 'bob@example.org', 'nobody@example.org'];

  const reverted = await fixture.service.change({ action: 'unsuppress', lines });

  expect(reverted).toMatchObject({ changed: 0, unchanged: 1 });
  expect(reverted.refused).toEqual(
    expect.arrayContaining([
      { address: 'ada@example.org', reason: 'erased' },
      { address: 'bob@example.org', reason: 'complaint' },
    ]),
  );
  expect(await fixture.suppressions.count()).toBe(2);
});

test('records each change with user, time and reason, and the address only as a keyed hash', async () => {
  await using fixture = await SubscribersFixture.create();
  await fixture.import(csv);
  const lines = ['ada@example.org'];
  await fixture.service.set({
    publication: 'morning',
    email: 'ada@example.org',
    state: 'unsubscribed',
    reason: 'by post',
  });
  fixture.now = 3_000;
  await fixture.service.change({ action: 'suppress', lines, reason: 'lawyer' });

  const { changes } = await fixture.service.show('ada@example.org');
  const stored = JSON.stringify(await fixture.db.selectFrom('audit_log').selectAll().execute());

  expect(changes).toEqual([
    { at: 3_000, actor: 'operator', action: 'suppressed', reason: 'lawyer', publication: null },
    { at: 1_000, actor: 'operator', action: 'unsubscribed', reason: 'by post', publication: 'morning' },
  ]);
  expect(stored).not.toContain('ada');
});

test('changes ten thousand addresses of a file in groups', async () => {
  await using fixture = await SubscribersFixture.create();
  const lines = Array.from({ length: 10_000 }, (_, index) => `reader${index}@example.org`);

  expect(await fixture.service.change({ action: 'suppress', lines })).toMatchObject({ changed: 10_000 });
  expect(await fixture.service.change({ action: 'unsuppress', lines })).toMatchObject({ changed: 10_000 });
  expect(await fixture.suppressions.count()).toBe(0);
});

test('unsubscribes addresses from one publication, and remembers those that it does not have', async () => {
  await using fixture = await SubscribersFixture.create();
  await fixture.import('email\nada@example.org\nbob@example.org\n');
  await fixture.import('email\nada@example.org\neve@example.org\n', { publication: 'evening' });
  await fixture.service.change({ action: 'suppress', lines: ['bob@example.org'] });
  const lines = [
    'email',
    ' ADA@example.org ',
    'bob@example.org',
    'eve@example.org',
    'new@example.org',
    'nobody',
  ];
  fixture.now = 2_000;
  const request = { action: 'unsubscribe', publication: 'morning', reason: 'by post' } as const;

  const changed = await fixture.service.change({ ...request, lines });
  const again = await fixture.service.change({ ...request, lines });
  await fixture.import('email\nada@example.org\nbob@example.org\neve@example.org\nnew@example.org\n');

  expect(changed).toMatchObject({ changed: 1, remembered: 2, unchanged: 1, invalidCount: 1 });
  expect(again).toMatchObject({ changed: 0, remembered: 0, unchanged: 4 });
  const states = async (publication: string) => {
    const { subscribers } = await fixture.service.list({ publication, limit: 10 });
    return Object.fromEntries(subscribers.map(({ canonical, state }) => [canonical.split('@')[0], state]));
  };
  expect(await states('morning')).toEqual({
    ada: 'unsubscribed',
    bob: 'suppressed',
    eve: 'unsubscribed',
    new: 'unsubscribed',
  });
  expect(await states('evening')).toEqual({ ada: 'active', eve: 'active' });
  expect((await fixture.service.show('new@example.org')).changes).toEqual([
    { at: 2_000, actor: 'operator', action: 'unsubscribed', reason: 'by post', publication: 'morning' },
  ]);
});

test('remembers one unknown address that is unsubscribed', async () => {
  await using fixture = await SubscribersFixture.create();

  const { before } = await fixture.service.set({
    publication: 'morning',
    email: 'jo@example.org',
    state: 'unsubscribed',
  });
  const imported = await fixture.import('email\njo@example.org\n');

  expect(before).toBeUndefined();
  expect(imported).toMatchObject({ unsubscribed: 1, added: 0 });
});
