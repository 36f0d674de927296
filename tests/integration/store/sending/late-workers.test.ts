import { expect, test } from 'vitest';

import type { Settlement } from '../../../../src/domain/sending/ledger.ts';
import { readAccounting } from '../../../../src/store/sending/accounting.ts';
import {
  accepted,
  begin,
  claimFirst,
  deferred,
  leaseMs,
  publishedEdition,
  settle,
} from '../../../support/store/ledger-fixture.ts';

const notSent: Settlement = { ...deferred(1, 3_000), reason: 'not-sent' };

test('an answer that comes after the doubt became final does not open the delivery again', async () => {
  const { store, editionId } = await publishedEdition({ recipients: 1, batchSize: 10, uncertain: 'hold' });
  const frozen = await claimFirst(store, 1_000);
  const { recipients } = await store.ledger.load(frozen, { now: 1_000 });
  await begin(store, frozen, { intents: recipients, now: 1_000 });
  const claim = await claimFirst(store, 2_000, 'two');
  await store.batches.release(claim, { now: 2_000 });

  await settle(store, frozen, { settlements: [notSent], now: 2_100 });

  expect((await store.editions.get(editionId)).state).toBe('sent');
  expect(await readAccounting(store.db, editionId)).toMatchObject({ uncertain: 1, pending: 0 });
});

test('an acceptance that comes after the doubt became final ends the doubt', async () => {
  const { store, editionId } = await publishedEdition({ recipients: 1, batchSize: 10, uncertain: 'hold' });
  const frozen = await claimFirst(store, 1_000);
  const { recipients } = await store.ledger.load(frozen, { now: 1_000 });
  await begin(store, frozen, { intents: recipients, now: 1_000 });
  const claim = await claimFirst(store, 2_000, 'two');
  await store.batches.release(claim, { now: 2_000 });

  await settle(store, frozen, { settlements: [accepted(1)], now: 2_100 });

  expect(await readAccounting(store.db, editionId)).toMatchObject({ accepted: 1, uncertain: 0, pending: 0 });
});

test('a worker that lost its lease before it loaded the batch loads and settles nothing', async () => {
  const { store, editionId } = await publishedEdition({ recipients: 2, batchSize: 10 });
  const frozen = await claimFirst(store, 1_000);
  const claim = await claimFirst(store, 2_000, 'two');
  const { recipients } = await store.ledger.load(claim, { now: 2_000 });
  await begin(store, claim, { intents: recipients, now: 2_000 });
  await store.db.updateTable('subscriptions').set({ state: 'unsubscribed' }).execute();

  const late = await store.ledger.load(frozen, { now: 2_050 });
  await settle(store, claim, { settlements: [accepted(1), accepted(2)], now: 2_060 });

  expect(late).toEqual({ recipients: [], suppressed: 0 });
  expect(await readAccounting(store.db, editionId)).toMatchObject({ accepted: 2, suppressed: 0 });
});

test('a worker that lost its lease before it closed the batch closes nothing', async () => {
  const { store, editionId } = await publishedEdition({ recipients: 1, batchSize: 10 });
  const frozen = await claimFirst(store, 1_000);
  const claim = await claimFirst(store, 2_000, 'two');
  const { recipients } = await store.ledger.load(claim, { now: 2_000 });
  await begin(store, claim, { intents: recipients, now: 2_000 });

  await store.ledger.close(frozen, { now: 2_050, reason: 'expired' });
  await settle(store, claim, { settlements: [accepted(1)], now: 2_060 });

  expect(await readAccounting(store.db, editionId)).toMatchObject({ accepted: 1, failed: 0 });
});

test('a worker that slept through pause and resume does not go on with the old revision', async () => {
  const { store, editionId } = await publishedEdition({ recipients: 1, batchSize: 10 });
  const claim = await claimFirst(store, 1_000);
  const { recipients } = await store.ledger.load(claim, { now: 1_000 });
  const event = { at: 1_000, actor: 'test', detail: '' };
  await store.approve('2026-11-23', 'resend', 'corrected');
  await store.editions.changeState(editionId, 'paused', { ...event, event: 'paused' });
  await store.editions.resume(editionId, { revision: 2, event: { ...event, event: 'resumed' } });

  const step = { settlements: [], intents: recipients, now: 1_000, leaseMs };
  const result = await store.ledger.step(claim, step);

  expect(result).toEqual({ lease: 'held', edition: 'sending', revision: 2, begun: new Set() });
});

test('an edition that is not paused is not resumed, and keeps its revision', async () => {
  const { store, editionId } = await publishedEdition({ recipients: 1, batchSize: 10 });
  await store.approve('2026-11-23', 'resend', 'corrected');
  const event = { at: 1_000, event: 'resumed', actor: 'test', detail: '' };

  await expect(store.editions.resume(editionId, { revision: 2, event })).rejects.toMatchObject({
    code: 'EDITION_STATE',
  });

  expect((await store.editions.get(editionId)).revision).toBe(1);
});

test('a recipient who may have a copy and unsubscribes stays uncertain, even if the second copy was deferred', async () => {
  const { store, editionId } = await publishedEdition({ recipients: 2, batchSize: 10 });
  const lost = await claimFirst(store, 1_000);
  const first = await store.ledger.load(lost, { now: 1_000 });
  await begin(store, lost, { intents: first.recipients, now: 1_000 });
  const claim = await claimFirst(store, 2_000, 'two');
  const second = await store.ledger.load(claim, { now: 2_000 });
  await begin(store, claim, { intents: second.recipients, now: 2_000 });
  const again = [1, 2].map((id) => deferred(id, 2_050, 1));
  await settle(store, claim, { settlements: again, now: 2_000 });
  await store.batches.release(claim, { now: 2_000 });
  await store.db
    .updateTable('subscriptions')
    .set({ state: 'unsubscribed' })
    .where('subscriber_id', '=', 1)
    .execute();

  const last = await claimFirst(store, 2_060, 'three');
  await store.ledger.load(last, { now: 2_060 });
  await store.ledger.close(last, { now: 2_060, reason: 'expired' });

  expect(await readAccounting(store.db, editionId)).toMatchObject({ uncertain: 2, suppressed: 0, failed: 0 });
});

test('a reply about a subscriber erased meanwhile is stored without its text, which may contain the address', async () => {
  const { store } = await publishedEdition({ recipients: 1, batchSize: 10 });
  const claim = await claimFirst(store, 1_000);
  const { recipients } = await store.ledger.load(claim, { now: 1_000 });
  await begin(store, claim, { intents: recipients, now: 1_000 });
  await store.db.deleteFrom('subscribers').execute();

  await settle(store, claim, { settlements: [deferred(1, 5_000)], now: 1_000 });

  const row = await store.db
    .selectFrom('deliveries')
    .select(['state', 'reply_code', 'reply_text'])
    .executeTakeFirstOrThrow();
  expect(row).toEqual({ state: 'deferred', reply_code: 451, reply_text: null });
});
