import { expect, onTestFinished, test } from 'vitest';

import type { OpenDay } from '../../../../src/domain/sending/warm-up.ts';
import { readExplanation } from '../../../../src/store/subscribers/explanation.ts';
import { acceptAll } from '../../../support/smtp/scripted-sessions.ts';
import { DeliveryFixture } from '../../../support/store/delivery-fixture.ts';
import { StoreFixture } from '../../../support/store/store-fixture.ts';

const dayMs = 86_400_000;
const expiryMs = 12 * 3_600_000;

/** Ten recipients today, twenty tomorrow, then all. */
const days: readonly OpenDay[] = [
  { date: '2026-12-01', at: 1_000, cap: 10 },
  { date: '2026-12-02', at: 1_000 + dayMs, cap: 20 },
  { date: '2026-12-03', at: 1_000 + 2 * dayMs, cap: null },
];

async function idsSent(site: DeliveryFixture): Promise<number[]> {
  const to = site.sessions.sent.map(({ to: address }) => Number(/\d+/u.exec(address)?.[0]));
  return to.toSorted((a, b) => a - b);
}

/** Fifty subscribers, of whom the even ones confirmed later, in three batches. */
async function warming(overflow: 'hold' | 'skip', publish = { recipients: 50, batchSize: 20 }) {
  return DeliveryFixture.create({
    ...publish,
    confirmedAt: (id) => (id % 2 === 0 ? 500 + id : id),
    warmUp: { overflow, expiryMs, days: overflow === 'skip' ? days.slice(0, 1) : days },
  });
}

test('goes to the most recently confirmed first, and to the others on later days', async () => {
  const site = await warming('hold');

  await site.deliverAllDue();

  expect(await idsSent(site)).toEqual([32, 34, 36, 38, 40, 42, 44, 46, 48, 50]);
  expect(await site.accounting()).toMatchObject({ intended: 50, accepted: 10, pending: 40 });
  site.now = 1_000 + dayMs - 1;
  await site.deliverAllDue();
  expect(await site.accounting()).toMatchObject({ accepted: 10, pending: 40 });
  site.now = 1_000 + dayMs;
  await site.deliverAllDue();
  expect(await site.accounting()).toMatchObject({ accepted: 30, pending: 20 });
  site.now = 1_000 + 2 * dayMs;
  await site.deliverAllDue();
  expect(await site.accounting()).toMatchObject({ intended: 50, accepted: 50, pending: 0 });
  expect(new Set(await idsSent(site)).size).toBe(50);
  expect(await site.store.editions.get(site.editionId)).toMatchObject({ state: 'sent' });
});

test('leaves out the others with a reason, and is finished on its day', async () => {
  const site = await warming('skip');

  await site.deliverAllDue();

  expect(await idsSent(site)).toEqual([32, 34, 36, 38, 40, 42, 44, 46, 48, 50]);
  expect(await site.accounting()).toMatchObject({ intended: 50, accepted: 10, suppressed: 40, pending: 0 });
  expect(await site.row(1)).toMatchObject({
    state: 'suppressed',
    reason: 'warm-up',
    outcome: 'subscription-failed',
  });
  expect(await site.store.editions.get(site.editionId)).toMatchObject({ state: 'sent' });
});

test('settles those who leave while they are held, and never serves more than a cap', async () => {
  const site = await warming('hold');
  await site.deliverAllDue();
  await site.store.db
    .updateTable('subscriptions')
    .set({ state: 'unsubscribed', changed_at: 2_000 })
    .where('subscriber_id', '=', 30)
    .execute();

  site.now = 1_000 + dayMs;
  await site.deliverAllDue();

  expect(site.sessions.copies('reader30@example.org')).toBe(0);
  expect(await site.accounting()).toMatchObject({ intended: 50, accepted: 29, suppressed: 1, pending: 20 });
});

test('retries until twelve hours after the recipient’s own day, and no longer', async () => {
  const site = await warming('hold');
  const busy = '450 4.2.0 try again later';
  site.sessions.script = (to) =>
    to === 'reader30@example.org'
      ? { kind: 'refused', relay: 'relay.test', stage: 'rcpt', code: 450, enhanced: '4.2.0', text: busy }
      : acceptAll();
  await site.deliverAllDue();

  for (site.now = 1_000 + dayMs; site.now < 1_000 + dayMs + expiryMs; site.now += expiryMs / 8)
    await site.deliverAllDue();
  site.now = 1_000 + dayMs + expiryMs - 60_000;
  await site.deliverAllDue();

  expect(await site.row(30)).toMatchObject({ state: 'failed', reason: 'expired' });
  expect(site.sessions.copies('reader30@example.org')).toBeGreaterThan(1);
});

test('counts what other editions of the publication have on the same days', async () => {
  const site = await warming('hold');
  const { store } = site;
  const next = await store.approve('2026-12-02');

  await store.publish(next, 20, { overflow: 'hold', expiryMs, days: days.slice(1) });

  const { warmUp } = await store.editions.get(next);
  expect(warmUp?.days.map(({ date, recipients }) => `${date} ${recipients}`)).toEqual(['2026-12-03 50']);
  const first = await store.editions.get(site.editionId);
  expect(first.warmUp?.days.map(({ recipients }) => recipients)).toEqual([10, 20, 20]);
});

test('a cancelled edition gives the days to come back', async () => {
  const site = await warming('hold');
  await site.deliverAllDue();
  await site.steer('cancelled');
  await site.deliverAllDue();
  const next = await site.store.approve('2026-12-02');

  await site.store.publish(next, 20, { overflow: 'hold', expiryMs, days: days.slice(1) });

  const { warmUp } = await site.store.editions.get(next);
  expect(warmUp?.days.map(({ date, recipients }) => `${date} ${recipients}`)).toEqual([
    '2026-12-02 20',
    '2026-12-03 30',
  ]);
  expect(await site.accounting()).toMatchObject({ intended: 50, accepted: 10, failed: 40, pending: 0 });
});

test('two editions that are published at the same moment share the cap of their day', async () => {
  const store = await StoreFixture.create();
  onTestFinished(() => store[Symbol.asyncDispose]());
  await store.subscribe(50);
  const first = await store.approve('2026-12-01');
  const second = await store.approve('2026-12-02');
  const plan = { overflow: 'hold', expiryMs, days } as const;

  await Promise.all([store.publish(first, 20, plan), store.publish(second, 20, plan)]);

  const plans = [await store.editions.get(first), await store.editions.get(second)];
  const onFirstDay = plans.flatMap(({ warmUp }) => warmUp?.days.filter(({ at }) => at === 1_000) ?? []);
  expect(onFirstDay.reduce((sum, { recipients }) => sum + recipients, 0)).toBe(10);
});

test('`explain` names the day on which the warm-up lets a recipient have an edition', async () => {
  const site = await warming('hold');
  const waits = async (id: number) => {
    const query = { canonical: `reader${id}@example.org`, subscriberId: id, limit: 1 };
    return (await readExplanation(site.store.db, query)).absences[0]?.waitsFor;
  };

  expect(await waits(50)).toBeUndefined();
  expect(await waits(30)).toEqual({ kind: 'warm-up', at: 1_000 + dayMs });
  expect(await waits(1)).toEqual({ kind: 'warm-up', at: 1_000 + 2 * dayMs });
});

test('`explain` says that the warm-up leaves a recipient out', async () => {
  const site = await warming('skip');
  const query = { canonical: 'reader1@example.org', subscriberId: 1, limit: 1 };

  expect((await readExplanation(site.store.db, query)).absences[0]?.waitsFor).toEqual({ kind: 'skipped' });
});
