import { expect, onTestFinished, test } from 'vitest';

import { isBalanced } from '../../../../src/domain/sending/delivery.ts';
import { readAccounting, readUncertain } from '../../../../src/store/sending/accounting.ts';
import {
  accepted,
  claimFirst,
  deferred,
  leaseMs,
  publishedEdition,
} from '../../../support/store/ledger-fixture.ts';
import { StoreFixture } from '../../../support/store/store-fixture.ts';

test('the audience is every active subscriber at publishing, whatever changes afterwards', async () => {
  const { store, editionId } = await publishedEdition({ recipients: 5, batchSize: 2 });

  await store.db.deleteFrom('subscribers').where('id', '=', 3).execute();
  await store.db
    .updateTable('subscriptions')
    .set({ state: 'unsubscribed' })
    .where('subscriber_id', '=', 4)
    .execute();
  await store.subscribe(0);
  await store.db
    .insertInto('subscribers')
    .values({
      id: 6,
      address: 'late@example.org',
      canonical: 'late@example.org',
      name: '',
      created_at: 2_000,
    })
    .execute();
  await store.db
    .insertInto('subscriptions')
    .values({
      publication_id: 1,
      subscriber_id: 6,
      state: 'active',
      source: 'test',
      created_at: 2_000,
      changed_at: 2_000,
    })
    .execute();
  const served: number[] = [];
  for (const batchId of await store.batches.due({ now: 2_000, limit: 10 })) {
    const claim = await store.batches.claim(batchId, {
      workerId: 'one',
      leaseMs,
      now: 2_000,
      resendLimit: 3,
    });
    if (claim === undefined) continue;
    const { recipients } = await store.ledger.load(claim, { now: 2_000 });
    await store.ledger.step(claim, { settlements: [], intents: recipients, now: 2_000, leaseMs });
    served.push(...recipients.map((recipient) => recipient.subscriberId));
    await store.ledger.step(claim, {
      settlements: recipients.map((recipient) => accepted(recipient.subscriberId)),
      intents: [],
      now: 2_000,
      leaseMs,
    });
    await store.batches.release(claim, { now: 2_000 });
  }

  expect(served).toEqual([1, 2, 5]);
  expect(await readAccounting(store.db, editionId)).toEqual({
    intended: 5,
    accepted: 3,
    failed: 0,
    suppressed: 2,
    uncertain: 0,
    pending: 0,
  });
  expect((await store.editions.get(editionId)).state).toBe('sent');
});

test('the ledger has every delivery before it is on the wire', async () => {
  const { store } = await publishedEdition({ recipients: 4, batchSize: 10 });
  const claim = await claimFirst(store, 1_000);
  const { recipients } = await store.ledger.load(claim, { now: 1_000 });

  await store.db
    .updateTable('subscriptions')
    .set({ state: 'unsubscribed' })
    .where('subscriber_id', '=', 2)
    .execute();
  const result = await store.ledger.step(claim, {
    settlements: [],
    intents: recipients,
    now: 1_000,
    leaseMs,
  });

  expect([...result.begun]).toEqual([1, 3, 4]);
  const rows = await store.db.selectFrom('deliveries').select(['subscriber_id', 'state']).execute();
  expect(rows.map((row) => [row.subscriber_id, row.state])).toEqual([
    [1, 'in-flight'],
    [3, 'in-flight'],
    [4, 'in-flight'],
  ]);
});

test.each(['paused', 'cancelled'] as const)(
  'a worker begins nothing once the edition is %s',
  async (state) => {
    const { store, editionId } = await publishedEdition({ recipients: 2, batchSize: 10 });
    const claim = await claimFirst(store, 1_000);
    const { recipients } = await store.ledger.load(claim, { now: 1_000 });

    await store.editions.changeState(editionId, state, {
      at: 1_000,
      event: state,
      actor: 'test',
      detail: '',
    });
    const result = await store.ledger.step(claim, {
      settlements: [],
      intents: recipients,
      now: 1_000,
      leaseMs,
    });

    expect(result).toMatchObject({ lease: 'held', edition: state, begun: new Set() });
  },
);

test('a batch has one holder, until its lease runs out', async () => {
  const { store } = await publishedEdition({ recipients: 2, batchSize: 10 });
  const claim = await claimFirst(store, 1_000);

  const early = await store.batches.claim(claim.batchId, {
    workerId: 'two',
    leaseMs,
    now: 1_099,
    resendLimit: 3,
  });
  const late = await store.batches.claim(claim.batchId, {
    workerId: 'two',
    leaseMs,
    now: 1_100,
    resendLimit: 3,
  });

  expect(early).toBeUndefined();
  expect(late?.epoch).toBe(claim.epoch + 1);
});

test('what a lost worker left in flight is uncertain, listed, and due again', async () => {
  const { store, editionId } = await publishedEdition({ recipients: 3, batchSize: 10 });
  const lost = await claimFirst(store, 1_000);
  const first = await store.ledger.load(lost, { now: 1_000 });
  await store.ledger.step(lost, {
    settlements: [],
    intents: first.recipients.slice(0, 2),
    now: 1_000,
    leaseMs,
  });

  const claim = await claimFirst(store, 2_000, 'two');
  const second = await store.ledger.load(claim, { now: 2_000 });

  expect(second.recipients.map(({ subscriberId, uncertainTimes }) => [subscriberId, uncertainTimes])).toEqual(
    [
      [1, 1],
      [2, 1],
      [3, 0],
    ],
  );
  const listed = await readUncertain(store.db, { editionId, limit: 10 });
  expect(listed.map((row) => row.address)).toEqual(['reader1@example.org', 'reader2@example.org']);
});

test('under the policy `hold` an uncertain delivery is final and is not sent again', async () => {
  const { store, editionId } = await publishedEdition({ recipients: 1, batchSize: 10, uncertain: 'hold' });
  const lost = await claimFirst(store, 1_000);
  const first = await store.ledger.load(lost, { now: 1_000 });
  await store.ledger.step(lost, { settlements: [], intents: first.recipients, now: 1_000, leaseMs });

  const claim = await claimFirst(store, 2_000, 'two');
  const second = await store.ledger.load(claim, { now: 2_000 });
  const released = await store.batches.release(claim, { now: 2_000 });

  expect(second.recipients).toEqual([]);
  expect(released).toBe('edition-finished');
  expect(await readAccounting(store.db, editionId)).toMatchObject({ intended: 1, uncertain: 1, pending: 0 });
});

test('a worker that lost its lease intends nothing more, yet its late answer is believed', async () => {
  const { store, editionId } = await publishedEdition({ recipients: 2, batchSize: 10 });
  const frozen = await claimFirst(store, 1_000);
  const { recipients } = await store.ledger.load(frozen, { now: 1_000 });
  await store.ledger.step(frozen, {
    settlements: [],
    intents: recipients.slice(0, 1),
    now: 1_000,
    leaseMs,
  });
  const claim = await claimFirst(store, 2_000, 'two');

  const result = await store.ledger.step(frozen, {
    settlements: [accepted(1)],
    intents: recipients.slice(1),
    now: 2_000,
    leaseMs,
  });
  const { recipients: rest } = await store.ledger.load(claim, { now: 2_000 });

  expect(result.lease).toBe('lost');
  expect(rest.map((recipient) => recipient.subscriberId)).toEqual([2]);
  const accounting = await readAccounting(store.db, editionId);
  expect(accounting).toMatchObject({ accepted: 1, pending: 1 });
  expect(isBalanced(accounting)).toBe(true);
});

test('a late answer does not touch a delivery that another worker has begun again', async () => {
  const { store } = await publishedEdition({ recipients: 1, batchSize: 10 });
  const frozen = await claimFirst(store, 1_000);
  const { recipients } = await store.ledger.load(frozen, { now: 1_000 });
  await store.ledger.step(frozen, { settlements: [], intents: recipients, now: 1_000, leaseMs });
  const claim = await claimFirst(store, 2_000, 'two');
  const again = await store.ledger.load(claim, { now: 2_000 });
  await store.ledger.step(claim, { settlements: [], intents: again.recipients, now: 2_000, leaseMs });

  await store.ledger.step(frozen, { settlements: [accepted(1)], intents: [], now: 2_000, leaseMs });

  const row = await store.db.selectFrom('deliveries').select(['state', 'epoch']).executeTakeFirstOrThrow();
  expect(row).toEqual({ state: 'in-flight', epoch: claim.epoch });
});

test('a batch with a deferred delivery is due when that delivery is, and not before', async () => {
  const { store } = await publishedEdition({ recipients: 1, batchSize: 10 });
  const claim = await claimFirst(store, 1_000);
  const { recipients } = await store.ledger.load(claim, { now: 1_000 });
  await store.ledger.step(claim, { settlements: [], intents: recipients, now: 1_000, leaseMs });
  await store.ledger.step(claim, { settlements: [deferred(1, 5_000)], intents: [], now: 1_000, leaseMs });

  expect(await store.batches.release(claim, { now: 1_000 })).toBe('open');

  expect(await store.batches.due({ now: 4_999, limit: 10 })).toEqual([]);
  expect(await store.batches.due({ now: 5_000, limit: 10 })).toEqual([claim.batchId]);
});

test('closing a batch writes the missing final rows, and keeps uncertain ones uncertain', async () => {
  const { store, editionId } = await publishedEdition({ recipients: 3, batchSize: 10 });
  const lost = await claimFirst(store, 1_000);
  const { recipients } = await store.ledger.load(lost, { now: 1_000 });
  await store.ledger.step(lost, {
    settlements: [],
    intents: recipients.slice(0, 2),
    now: 1_000,
    leaseMs,
  });
  await store.ledger.step(lost, { settlements: [accepted(1)], intents: [], now: 1_000, leaseMs });

  const claim = await claimFirst(store, 2_000, 'two');
  await store.ledger.close(claim, { now: 2_000, reason: 'expired' });
  const released = await store.batches.release(claim, { now: 2_000 });

  expect(released).toBe('edition-finished');
  expect(await readAccounting(store.db, editionId)).toEqual({
    intended: 3,
    accepted: 1,
    failed: 1,
    suppressed: 0,
    uncertain: 1,
    pending: 0,
  });
});

test('an edition without an audience is refused and stays approved', async () => {
  const store = await StoreFixture.create();
  onTestFinished(() => store[Symbol.asyncDispose]());
  const editionId = await store.approve('2026-11-23');

  await expect(store.publish(editionId, 10)).rejects.toMatchObject({ code: 'AUDIENCE_EMPTY' });

  expect((await store.editions.get(editionId)).state).toBe('approved');
});

test('one edition a date: publishing it twice is refused', async () => {
  const { store, editionId } = await publishedEdition({ recipients: 1, batchSize: 10 });

  await expect(store.publish(editionId, 10)).rejects.toMatchObject({ code: 'EDITION_STATE' });
});
