import { expect, test } from 'vitest';

import { createOwnSubscriptions } from '../../../../src/store/signup/own-subscriptions.ts';
import { createSubscribers } from '../../../../src/store/subscribers/subscribers.ts';
import { EventsFixture } from '../../../support/store/events-fixture.ts';

test('the address of a subscriber is only sent where it is asked for, and not after an erasure', async () => {
  await using on = await EventsFixture.create();
  const plain = await on.receiver('plain');
  const full = await on.receiver('full', { addresses: true });
  await on.store.subscribe(1);
  const own = createOwnSubscriptions(on.store.db, { keys: on.store.keys });
  await own.unsubscribe({ publicationId: 1, subscriberId: 1 }, { now: on.now });
  await on.pass();
  await createSubscribers(on.store.db, { keys: on.store.keys }).erase('reader1@example.org', {
    now: on.now,
  });
  const all = await on.service().replayMany({ publication: 'sample', since: 0 }, { failedOnly: false });
  await on.pass();

  expect(all).toBe(2);
  expect(plain.received.map(({ text }) => text).join('')).not.toContain('@');
  expect(full.received.map(({ event }) => event.data['address'])).toEqual([
    'reader1@example.org',
    undefined,
    undefined,
  ]);
  expect(plain.received.every(({ event }) => event.data['subscriber'] === '1')).toBe(true);
  const rows = await on.store.db.selectFrom('events').selectAll().execute();
  expect(JSON.stringify(rows)).not.toContain('@');
});
