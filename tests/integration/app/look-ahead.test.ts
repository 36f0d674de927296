import { expect, test } from 'vitest';

import { acceptAll } from '../../support/smtp/scripted-sessions.ts';
import { DeliveryFixture } from '../../support/store/delivery-fixture.ts';

async function aheadOf(options: { recipients: number; sessions: number }): Promise<DeliveryFixture> {
  const site = await DeliveryFixture.create(options);
  site.sessions.announces = true;
  return site;
}

test('with envelopes sent ahead every recipient gets one message, and no more are in flight than sessions', async () => {
  const site = await aheadOf({ recipients: 50, sessions: 4 });

  await site.deliver();

  expect(site.sessions.mostInFlight).toBeLessThanOrEqual(4);
  expect(site.sessions.sent.map(({ to }) => to).toSorted()).toEqual(
    Array.from({ length: 50 }, (_, index) => `reader${index + 1}@example.org`).toSorted(),
  );
  expect(site.sessions.dropped).toEqual([]);
  expect(site.sessions.freeCount).toBe(4);
  expect(await site.accounting()).toMatchObject({ accepted: 50, pending: 0 });
});

test('a recipient whose envelope went ahead is not in flight before the step that begins them', async () => {
  const site = await aheadOf({ recipients: 6, sessions: 1 });
  const states: unknown[] = [];
  site.sessions.script = async (to) => {
    const id = Number(/\d+/u.exec(to)?.[0]);
    states.push([(await site.row(id))?.state, (await site.row(id + 1))?.state]);
    return acceptAll();
  };

  await site.deliver();

  expect(states).toEqual(Array.from({ length: 6 }, () => ['in-flight', undefined]));
});

test('a recipient who leaves after their envelope went ahead gets no content', async () => {
  const site = await aheadOf({ recipients: 6, sessions: 1 });
  site.sessions.script = async (to) => {
    if (to === 'reader2@example.org')
      await site.store.db
        .updateTable('subscriptions')
        .set({ state: 'unsubscribed' })
        .where('subscriber_id', '=', 3)
        .execute();
    return acceptAll();
  };

  await site.deliverAllDue();

  expect(site.sessions.dropped).toEqual(['reader3@example.org']);
  expect(site.sessions.copies('reader3@example.org')).toBe(0);
  expect(site.sessions.freeCount).toBe(1);
  expect(await site.accounting()).toMatchObject({ accepted: 5, suppressed: 1, pending: 0 });
});

test('a stop after envelopes went ahead leaves their recipients due', async () => {
  const site = await aheadOf({ recipients: 6, sessions: 2 });
  const stop = new AbortController();
  site.sessions.script = () => {
    stop.abort();
    return acceptAll();
  };

  await site.deliver({ signal: stop.signal });

  expect(await site.accounting()).toMatchObject({ accepted: 2, uncertain: 0, pending: 4 });
  expect(site.sessions.sent).toHaveLength(2);
  expect(site.sessions.freeCount).toBe(2);
  expect(await site.store.batches.due({ now: site.now, limit: 1 })).toEqual([1]);
});

test('a recipient announced behind a message without an answer is served on another session', async () => {
  const site = await aheadOf({ recipients: 20, sessions: 2 });
  const stuck = Promise.withResolvers<void>();
  const others = Promise.withResolvers<void>();
  let accepted = 0;
  site.sessions.script = async (to) => {
    if (to === 'reader1@example.org') await stuck.promise;
    accepted += 1;
    if (accepted === 19) others.resolve();
    return acceptAll();
  };

  const delivering = site.deliver();
  await others.promise;
  stuck.resolve();
  await delivering;

  expect(await site.accounting()).toMatchObject({ accepted: 20, pending: 0 });
  expect(site.sessions.sent).toHaveLength(20);
});
