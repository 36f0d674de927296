import { expect, test } from 'vitest';

import { readAccounting } from '../../../../src/store/sending/accounting.ts';
import {
  accepted,
  begin,
  claimFirst,
  deferred,
  publishedEdition,
  settle,
} from '../../../support/store/ledger-fixture.ts';
import type { StoreFixture } from '../../../support/store/store-fixture.ts';

/** Begins everybody in the first batch that is due; the first is deferred until `nextAttemptAt`. */
async function deferFirst(store: StoreFixture, options: { now: number; nextAttemptAt: number }) {
  const { now } = options;
  const claim = await claimFirst(store, now);
  const { recipients } = await store.ledger.load(claim, { now });
  await begin(store, claim, { intents: recipients, now });
  const [first, ...others] = recipients.map((recipient) => recipient.subscriberId);
  const settlements = [deferred(first ?? 0, options.nextAttemptAt), ...others.map(accepted)];
  await settle(store, claim, { settlements, now });
  await store.batches.release(claim, { now });
  return claim.batchId;
}

async function dueAt(store: StoreFixture, batchId: number): Promise<number> {
  const batch = store.db.selectFrom('batches').select('due_at').where('id', '=', batchId);
  return (await batch.executeTakeFirstOrThrow()).due_at;
}

test('a due recipient of a paused domain waits for it, deferred before or not', async () => {
  const { store } = await publishedEdition({ recipients: 2, batchSize: 10 });
  const batchId = await deferFirst(store, { now: 1_000, nextAttemptAt: 5_000 });
  const claim = await claimFirst(store, 5_000);
  await store.ledger.load(claim, { now: 5_000 });

  await store.batches.release(claim, { now: 5_100, notBefore: 60_000 });

  expect(await dueAt(store, batchId)).toBe(60_000);
});

test('a retry that is due earlier than the domain that was left out is not kept waiting', async () => {
  const { store } = await publishedEdition({ recipients: 2, batchSize: 10 });
  const claim = await claimFirst(store, 1_000);
  const { recipients } = await store.ledger.load(claim, { now: 1_000 });
  await begin(store, claim, { intents: recipients.slice(0, 1), now: 1_000 });
  await settle(store, claim, { settlements: [deferred(1, 5_000)], now: 1_000 });

  await store.batches.release(claim, { now: 1_000, notBefore: 60_000 });

  expect(await dueAt(store, claim.batchId)).toBe(5_000);
});

test('what has waited longest is served first, so that no batch starves behind busier ones', async () => {
  const { store } = await publishedEdition({ recipients: 3, batchSize: 1 });
  await deferFirst(store, { now: 1_000, nextAttemptAt: 1_500 });

  expect(await store.batches.due({ now: 2_000, limit: 2 })).toEqual([2, 3]);
});

test('a batch whose people were all erased is accounted for without anybody being served', async () => {
  const { store, editionId } = await publishedEdition({ recipients: 2, batchSize: 10 });
  await store.db.deleteFrom('subscribers').execute();

  const claim = await claimFirst(store, 1_000);
  const load = await store.ledger.load(claim, { now: 1_000 });
  const released = await store.batches.release(claim, { now: 1_000 });

  expect(load).toEqual({ recipients: [], suppressed: 2 });
  expect(released).toBe('edition-finished');
  expect(await readAccounting(store.db, editionId)).toMatchObject({ intended: 2, suppressed: 2, pending: 0 });
});

test('an edition paused while its last messages are on the wire is finished by their answers', async () => {
  const { store, editionId } = await publishedEdition({ recipients: 1, batchSize: 10 });
  const claim = await claimFirst(store, 1_000);
  const { recipients } = await store.ledger.load(claim, { now: 1_000 });
  await begin(store, claim, { intents: recipients, now: 1_000 });
  const paused = { at: 1_000, event: 'paused', actor: 'test', detail: '' };
  await store.editions.changeState(editionId, 'paused', paused);

  await settle(store, claim, { settlements: [accepted(1)], now: 1_000 });

  expect(await store.batches.release(claim, { now: 1_000 })).toBe('edition-finished');
  expect((await store.editions.get(editionId)).state).toBe('sent');
});
