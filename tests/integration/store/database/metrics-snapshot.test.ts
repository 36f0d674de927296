import { expect, test } from 'vitest';

import type { Outcome } from '../../../../src/domain/outcome.ts';
import { newAlarm } from '../../../../src/domain/schedule/alarm.ts';
import { createAlarms } from '../../../../src/store/alarms.ts';
import { createHeartbeats } from '../../../../src/store/heartbeats.ts';
import { createMetricsSnapshot } from '../../../../src/store/metrics-snapshot.ts';
import { StoreFixture } from '../../../support/store/store-fixture.ts';

/** Six people in three batches; `date` also says when it was published. */
async function published(
  date: string,
): Promise<{ readonly store: StoreFixture; readonly editionId: number }> {
  const store = await StoreFixture.create();
  await store.subscribe(6);
  const editionId = await store.approve(date);
  await store.publish(editionId, 2);
  return { store, editionId };
}

async function end(
  { db }: StoreFixture,
  delivery: { readonly editionId: number; readonly subscriberId: number; readonly outcome: Outcome | null },
): Promise<void> {
  const { editionId: edition_id, subscriberId: subscriber_id, outcome } = delivery;
  await db
    .insertInto('deliveries')
    .values({
      edition_id,
      subscriber_id,
      outcome,
      state: outcome === null ? 'in-flight' : 'accepted',
      revision: 1,
      epoch: 1,
      attempts: 1,
      uncertain_times: 0,
      reason: '',
      changed_at: 0,
    })
    .execute();
}

test('deliveries of the newest edition are counted by outcome, those under way not at all', async () => {
  const { store, editionId } = await published('2026-11-23');
  await using _ = store;
  const read = createMetricsSnapshot(store.db);
  await end(store, { editionId, subscriberId: 1, outcome: 'thank-you' });
  await end(store, { editionId, subscriberId: 2, outcome: 'valid-email' });
  await end(store, { editionId, subscriberId: 3, outcome: null });
  await end(store, { editionId, subscriberId: 4, outcome: 'thank-you' });

  const { deliveries } = await read();

  const labels = { publication: 'sample', date: '2026-11-23' };
  expect(deliveries.toSorted((a, b) => a.count - b.count)).toEqual([
    { ...labels, outcome: 'valid-email', count: 1 },
    { ...labels, outcome: 'thank-you', count: 2 },
  ]);
});

test('deliveries that are deleted are not counted any more', async () => {
  const { store, editionId } = await published('2026-11-23');
  await using _ = store;
  const read = createMetricsSnapshot(store.db);
  for (const subscriberId of [1, 2, 5]) await end(store, { editionId, subscriberId, outcome: 'thank-you' });

  await store.db.deleteFrom('deliveries').where('subscriber_id', '<', 3).execute();
  const { deliveries } = await read();

  expect(deliveries).toMatchObject([{ outcome: 'thank-you', count: 1 }]);
});

test('an edition that is published later takes the place of the one before', async () => {
  const { store, editionId } = await published('2026-11-23');
  await using _ = store;
  const read = createMetricsSnapshot(store.db);
  await end(store, { editionId, subscriberId: 1, outcome: 'thank-you' });
  const next = await store.approve('2026-11-24');
  await store.publish(next, 2);
  await store.db.updateTable('editions').set({ published_at: 2_000 }).where('id', '=', next).execute();
  await end(store, { editionId: next, subscriberId: 1, outcome: 'subscription-failed' });

  const { deliveries } = await read();

  expect(deliveries).toEqual([
    { publication: 'sample', date: '2026-11-24', outcome: 'subscription-failed', count: 1 },
  ]);
});

test('signups are added up over the days, and what is open is counted with its age', async () => {
  await using store = await StoreFixture.create();
  const read = createMetricsSnapshot(store.db);
  const ended = { publication_id: 1, outcome: 'thank-you', reason: 'confirmed' } as const;
  await store.db
    .insertInto('signup_outcomes')
    .values([
      { ...ended, day: '2026-11-23', attempts: 2 },
      { ...ended, day: '2026-11-24', attempts: 5 },
      { ...ended, day: '2026-11-24', reason: 'already-subscribed', attempts: 1 },
    ])
    .execute();
  const signup = {
    publication_id: 1,
    address: 'jo@example.org',
    canonical: 'jo@example.org',
    source: 'form',
    due_at: 0,
    epoch: 0,
    reason: '',
    changed_at: 0,
  } as const;
  await store.db
    .insertInto('signups')
    .values([
      { ...signup, done: 0, created_at: 70 },
      { ...signup, done: 0, created_at: 60 },
      { ...signup, done: 1, created_at: 10 },
    ])
    .execute();

  const { signups, openSignups, openMails } = await read();

  expect(signups).toEqual([
    { publication: 'sample', outcome: 'thank-you', reason: 'already-subscribed', attempts: 1 },
    { publication: 'sample', outcome: 'thank-you', reason: 'confirmed', attempts: 7 },
  ]);
  expect(openSignups).toEqual({ count: 2, oldestAt: 60 });
  expect(openMails).toEqual({ count: 0, oldestAt: undefined });
});

test('alarms are counted by publication and kind', async () => {
  await using store = await StoreFixture.create();
  const outbox = createAlarms(store.db);
  for (const occasion of [60, 60, 30]) {
    await outbox.raise(
      newAlarm('not-approved', { publication: 'sample', date: '2026-11-23', at: 0, text: '', occasion }),
    );
  }
  await outbox.raise(newAlarm('missed', { publication: 'other', date: '2026-11-23', at: 0, text: '' }));

  const { alarms } = await createMetricsSnapshot(store.db)();

  expect(alarms).toEqual([
    { publication: 'other', kind: 'missed', alarms: 1 },
    { publication: 'sample', kind: 'not-approved', alarms: 2 },
  ]);
});

test('open editions are counted by state, and closed ones are not among them', async () => {
  const { store, editionId } = await published('2026-11-23');
  await using _ = store;
  const read = createMetricsSnapshot(store.db);
  await end(store, { editionId, subscriberId: 1, outcome: 'thank-you' });
  await end(store, { editionId, subscriberId: 2, outcome: null });
  await store.db
    .updateTable('deliveries')
    .set({ state: 'deferred', next_attempt_at: 1 })
    .where('subscriber_id', '=', 2)
    .execute();

  const sending = await read();
  await store.db.updateTable('editions').set({ state: 'sent' }).execute();
  const sent = await read();

  expect(sending.openEditions).toEqual([
    { publication: 'sample', date: '2026-11-23', intended: 6, pending: 5, deferred: 1, uncertain: 0 },
  ]);
  expect(sent.openEditions).toEqual([]);
});

test('workers count as running for a minute after a heartbeat, and are not missed once they have stopped', async () => {
  await using store = await StoreFixture.create();
  const heartbeats = createHeartbeats(store.db);
  await heartbeats.beat({
    worker: 'one',
    now: 100_000,
    relays: 2,
    relaysUp: 2,
    relayStates: [use('a', 'up', 100), use('b', 'up', 20)],
  });
  await heartbeats.beat({
    worker: 'other',
    now: 130_000,
    relays: 2,
    relaysUp: 1,
    relayStates: [use('a', 'up', 50), { ...use('b', 'down', 0), downSince: 120_000 }],
  });

  const both = await heartbeats.summary(140_000);
  const late = await heartbeats.summary(170_000);
  await heartbeats.end('other');
  const silent = await heartbeats.summary(170_000);
  await heartbeats.end('one');

  expect(both).toEqual({
    workers: 2,
    lastAt: 130_000,
    relays: 2,
    relaysUp: 1,
    relayStates: [
      { ...use('a', 'up', 150), sessions: 4 },
      { relay: 'b', state: 'partly', sessions: 4, perSecond: 20, downSince: 120_000 },
    ],
  });
  expect(late).toMatchObject({ workers: 1, lastAt: 130_000 });
  expect(silent).toEqual({ workers: 0, lastAt: 100_000, relays: 0, relaysUp: 0, relayStates: [] });
  expect(await heartbeats.summary(170_000)).toMatchObject({ workers: 0, lastAt: undefined });
});

function use(relay: string, state: 'up' | 'down', perSecond: number) {
  return { relay, state, sessions: 2, perSecond, downSince: null };
}
