import { once } from 'node:events';

import { expect, test } from 'vitest';

import { acceptAll } from '../../support/smtp/scripted-sessions.ts';
import { DeliveryFixture } from '../../support/store/delivery-fixture.ts';

test('after a pause no delivery is begun, and after the resume every other recipient is sent to once', async () => {
  const site = await DeliveryFixture.create({ recipients: 8, sessions: 2 });
  const steered = Promise.withResolvers<void>();
  site.sessions.script = async () => {
    const sent = site.sessions.sent.length;
    if (sent === 4) steered.resolve(site.steer('paused'));
    if (sent >= 3) await steered.promise;
    return acceptAll();
  };

  await site.deliver();
  const paused = await site.accounting();
  const dueWhilePaused = await site.store.batches.due({ now: site.now, limit: 1 });
  await site.resume();
  await site.deliverAllDue();

  expect(paused).toMatchObject({ accepted: 4, pending: 4 });
  expect(dueWhilePaused).toEqual([]);
  expect(new Set(site.sessions.sent.map(({ to }) => to)).size).toBe(8);
  expect(site.sessions.sent).toHaveLength(8);
});

test('after a resume with another revision a worker that saw no pause goes on with the new one', async () => {
  const site = await DeliveryFixture.create({ recipients: 3 });
  await site.store.approve('2026-11-23', 'resend', 'corrected');
  site.sessions.goDown();
  const delivering = site.deliver();
  await once(site.events, 'waiting');

  await site.steer('paused');
  await site.resume(2);
  site.sessions.comeBack();
  await delivering;
  await site.deliverAllDue();

  expect(site.sessions.sent.map(({ message }) => Buffer.concat([...message]).toString())).toEqual([
    'corrected',
    'corrected',
    'corrected',
  ]);
  expect((await site.row(1))?.revision).toBe(2);
});

test('after a cancel the rest is failed as cancelled, and the edition stays cancelled', async () => {
  const site = await DeliveryFixture.create({ recipients: 6, sessions: 2 });
  const steered = Promise.withResolvers<void>();
  site.sessions.script = async () => {
    const sent = site.sessions.sent.length;
    if (sent === 2) steered.resolve(site.steer('cancelled'));
    if (sent >= 1) await steered.promise;
    return acceptAll();
  };

  await site.deliver();
  await site.deliverAllDue();

  expect(site.sessions.sent).toHaveLength(2);
  expect(await site.row(6)).toMatchObject({ state: 'failed', reason: 'cancelled' });
  expect(await site.accounting()).toMatchObject({ accepted: 2, failed: 4, pending: 0 });
  const edition = await site.store.editions.get(site.editionId);
  expect(edition).toMatchObject({ state: 'cancelled', finishedAt: site.now });
});

test('a recipient who unsubscribes during the send gets nothing, and one who subscribes again before their turn gets the edition', async () => {
  const site = await DeliveryFixture.create({ recipients: 6, sessions: 1 });
  const setState = (id: number, state: 'active' | 'unsubscribed') =>
    site.store.db.updateTable('subscriptions').set({ state }).where('subscriber_id', '=', id).execute();
  site.sessions.script = async (to) => {
    if (to === 'reader1@example.org') await Promise.all([4, 5].map((id) => setState(id, 'unsubscribed')));
    if (to === 'reader2@example.org') await setState(5, 'active');
    return acceptAll();
  };

  await site.deliverAllDue();
  await setState(4, 'active');
  await site.deliverAllDue();

  expect(site.sessions.sent.map(({ to }) => to)).toEqual(
    [1, 2, 3, 5, 6].map((id) => `reader${id}@example.org`),
  );
  expect(await site.row(4)).toMatchObject({ state: 'suppressed', reason: 'unsubscribed' });
  expect(await site.accounting()).toMatchObject({ accepted: 5, suppressed: 1, pending: 0 });
});
