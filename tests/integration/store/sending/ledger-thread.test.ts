import { expect, onTestFinished, test } from 'vitest';

import { inTransaction } from '../../../../src/store/database/transaction.ts';
import { WriteLock } from '../../../../src/store/database/write-lock.ts';
import { LedgerThread } from '../../../../src/store/sending/ledger-thread.ts';
import { toRequest } from '../../../../src/store/sending/write-step.ts';
import { StoreFixture } from '../../../support/store/store-fixture.ts';

async function claimed(recipients: number) {
  const store = await StoreFixture.create();
  await store.subscribe(recipients);
  await store.publish(await store.approve('2026-11-23'), recipients);
  const lease = { workerId: 'one', leaseMs: 1_000, now: 1_000, resendLimit: 1 };
  const claim = await store.batches.claim(1, lease);
  if (claim === undefined) throw new Error('nothing to claim');
  const { recipients: due } = await store.ledger.load(claim, { now: 1_000 });
  onTestFinished(() => store[Symbol.asyncDispose]());
  return { store, claim, due };
}

const step = { settlements: [], intents: [], now: 1_000, leaseMs: 1_000 };

test('steps and transactions asked for at the same moment all end, each after the other', async () => {
  const { store, claim, due } = await claimed(20);
  const seen: number[] = [];

  await Promise.all(
    due.flatMap((recipient) => [
      store.ledger.step(claim, { ...step, intents: [recipient] }),
      inTransaction(store.db, async (trx) => {
        const rows = await trx.selectFrom('deliveries').select('subscriber_id').execute();
        seen.push(rows.length);
      }),
    ]),
  );

  expect(seen).toHaveLength(20);
  expect(seen).toEqual(seen.toSorted((a, b) => a - b));
  expect(await store.db.selectFrom('deliveries').selectAll().execute()).toHaveLength(20);
});

test('a step that fails takes back nothing of those that share its commit', async () => {
  const { store, claim, due } = await claimed(3);
  const wrong = { ...claim, batchId: 99 };

  const results = await Promise.allSettled([
    store.ledger.step(claim, { ...step, intents: due.slice(0, 1) }),
    store.ledger.step(wrong, { ...step, intents: due.slice(1, 2) }),
    store.ledger.step(claim, { ...step, intents: due.slice(2) }),
  ]);

  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  const rows = await store.db.selectFrom('deliveries').select('subscriber_id as id').execute();
  expect(rows.map(({ id }) => id)).toEqual([1, 3]);
});

test('a file that cannot be opened rejects the steps, and the next one tries again', async () => {
  const { claim, due } = await claimed(1);
  await using thread = new LedgerThread('/nowhere/daybrief.db', new WriteLock());
  const request = toRequest(claim, { ...step, intents: due });

  await expect(thread.write(request)).rejects.toThrow('cannot be opened');
  await expect(thread.write(request)).rejects.toThrow('cannot be opened');
});

test('a thread that is closed has written every step that was asked for', async () => {
  const { store, claim, due } = await claimed(5);
  const { place } = store.database;
  if (place.kind !== 'sqlite') return;
  const thread = new LedgerThread(place.path, new WriteLock());

  const steps = due.map((recipient) => thread.write(toRequest(claim, { ...step, intents: [recipient] })));
  await Promise.all([...steps, thread[Symbol.asyncDispose]()]);

  expect(await store.db.selectFrom('deliveries').selectAll().execute()).toHaveLength(5);
});
