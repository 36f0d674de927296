import { expect, test } from 'vitest';

import { claimFirst, deferred, leaseMs, publishedEdition } from '../../../support/store/ledger-fixture.ts';
import { StoreFixture } from '../../../support/store/store-fixture.ts';

/** When the editions of these tests are published. */
const publishedAt = 1_000;

function pause(store: StoreFixture, subscriberId: number, until: number) {
  return store.db
    .updateTable('subscriptions')
    .set({ paused_until: until })
    .where('subscriber_id', '=', subscriberId)
    .execute();
}

async function reasonOf(store: StoreFixture, subscriberId: number) {
  return store.db
    .selectFrom('deliveries')
    .select(['state', 'outcome', 'reason'])
    .where('subscriber_id', '=', subscriberId)
    .executeTakeFirst();
}

test('a subscriber paused beyond the publishing of an edition is not in its audience', async () => {
  await using store = await StoreFixture.create();
  await store.subscribe(4);
  await pause(store, 2, publishedAt + 1);
  await pause(store, 3, publishedAt);
  const editionId = await store.approve('2026-11-23');

  await store.publish(editionId, 10);

  const { recipients } = await store.ledger.load(await claimFirst(store, publishedAt), { now: publishedAt });
  expect(recipients.map(({ subscriberId }) => subscriberId)).toEqual([1, 3, 4]);
  expect((await store.editions.get(editionId)).intended).toBe(3);
});

test('an edition whose subscribers are all paused has no audience', async () => {
  await using store = await StoreFixture.create();
  await store.subscribe(1);
  await pause(store, 1, publishedAt + 1);

  const publishing = store.publish(await store.approve('2026-11-23'), 10);

  await expect(publishing).rejects.toMatchObject({ code: 'AUDIENCE_EMPTY' });
});

test('a recipient who pauses before their turn is settled as suppressed, with the reason', async () => {
  const { store } = await publishedEdition({ recipients: 3, batchSize: 10 });
  await pause(store, 2, publishedAt + 10);

  const load = await store.ledger.load(await claimFirst(store, publishedAt), { now: publishedAt });

  expect(load.recipients.map(({ subscriberId }) => subscriberId)).toEqual([1, 3]);
  expect(load.suppressed).toBe(1);
  expect(await reasonOf(store, 2)).toEqual({
    state: 'suppressed',
    outcome: 'subscription-failed',
    reason: 'paused',
  });
});

test('a recipient who pauses between the loading of their batch and their turn is not begun', async () => {
  const { store } = await publishedEdition({ recipients: 3, batchSize: 10 });
  const claim = await claimFirst(store, publishedAt);
  const { recipients } = await store.ledger.load(claim, { now: publishedAt });

  await pause(store, 2, publishedAt + leaseMs * 10);
  const step = { settlements: [], intents: recipients, now: publishedAt, leaseMs };
  const { begun } = await store.ledger.step(claim, step);
  await store.ledger.load(claim, { now: publishedAt });

  expect([...begun].toSorted((a, b) => a - b)).toEqual([1, 3]);
  expect(await reasonOf(store, 2)).toMatchObject({ state: 'suppressed', reason: 'paused' });
});

test('a pause ends at its moment for those whose delivery was put off', async () => {
  const { store } = await publishedEdition({ recipients: 1, batchSize: 10 });
  const claim = await claimFirst(store, publishedAt);
  const { recipients } = await store.ledger.load(claim, { now: publishedAt });
  const step = { now: publishedAt, leaseMs };
  await store.ledger.step(claim, { ...step, settlements: [], intents: recipients });
  await store.ledger.step(claim, { ...step, settlements: [deferred(1, publishedAt + 5)], intents: [] });

  await pause(store, 1, publishedAt + 5);
  const { recipients: again } = await store.ledger.load(claim, { now: publishedAt + 5 });

  expect(again.map(({ subscriberId }) => subscriberId)).toEqual([1]);
});
