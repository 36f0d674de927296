import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { eventTypes } from '../../../../src/domain/events/event-types.ts';
import type { EventTypeName } from '../../../../src/domain/events/event-types.ts';
import { eventBody } from '../../../../src/domain/events/outgoing-event.ts';
import { newAlarm } from '../../../../src/domain/schedule/alarm.ts';
import { createAlarms } from '../../../../src/store/alarms.ts';
import { createProofs } from '../../../../src/store/editions/proofs.ts';
import { createScheduledSends } from '../../../../src/store/schedule/scheduled-sends.ts';
import { createOwnSubscriptions } from '../../../../src/store/signup/own-subscriptions.ts';
import { createOperatorChanges } from '../../../../src/store/subscribers/operator-changes.ts';
import { createSubscribers } from '../../../../src/store/subscribers/subscribers.ts';
import { FeedbackFixture } from '../../../support/store/feedback-fixture.ts';
import { accepted, begin, claimFirst, settle } from '../../../support/store/ledger-fixture.ts';
import { SignupFixture } from '../../../support/store/signup-fixture.ts';
import { StoreFixture } from '../../../support/store/store-fixture.ts';

let store: StoreFixture;

beforeEach(async () => {
  store = await StoreFixture.create();
});

afterEach(async () => {
  await store[Symbol.asyncDispose]();
});

async function written(of: StoreFixture = store) {
  const rows = await of.db.selectFrom('events').selectAll().orderBy('id').execute();
  return rows.map((row) => {
    const { type, subject, publication, subscriber_id: subscriberId, at } = row;
    const data = JSON.parse(row.data) as Record<string, unknown>;
    const body = JSON.parse(eventBody({ type, publication, subscriberId, at, data })) as { data: object };
    // docs/events.md shows receivers these keys.
    const documented = Object.keys(eventTypes[type as EventTypeName].example);
    expect(Object.keys(body.data).toSorted()).toEqual(documented.toSorted());
    return { type, subject, publication, data };
  });
}

async function types(of: StoreFixture = store): Promise<readonly string[]> {
  return (await written(of)).map(({ type }) => type);
}

const audit = { actor: 'jo@example.org', reason: 'asked by phone', now: 5 };

describe('an edition', () => {
  test('has one event for each entry of its history, without addresses', async () => {
    await store.subscribe(2);
    const id = await store.approve('2026-11-25');
    const hold = { at: 5, event: 'unscheduled', actor: 'jo@example.org', detail: 'pat@example.org asked' };
    await createScheduledSends(store.db).hold(id, hold);
    await store.editions.release(id, { ...hold, event: 'released' });
    await store.publish(id, 10);
    await store.editions.changeState(id, 'paused', {
      at: 6,
      event: 'paused',
      actor: 'jo@example.org',
      detail: '',
    });
    await store.editions.changeState(id, 'cancelled', {
      at: 7,
      event: 'cancelled',
      actor: 'jo',
      detail: 'pat@example.org said so',
    });

    const events = await written();

    const history = await store.editions.events(id);
    expect(events).toHaveLength(history.length);
    expect(events.at(-1)).toEqual({
      type: 'edition.cancelled',
      subject: 'edition/2026-11-25',
      publication: 'sample',
      data: {
        date: '2026-11-25',
        event: 'cancelled',
        state: 'cancelled',
        revision: 1,
        intended: 2,
        by: 'jo',
        detail: '(address) said so',
      },
    });
    expect(JSON.stringify(events)).not.toContain('@');
  });

  test('that is finished tells how its recipients add up', async () => {
    await store.subscribe(2);
    const id = await store.approve('2026-11-25');
    await store.publish(id, 10);
    const claim = await claimFirst(store, 2_000);
    const { recipients } = await store.ledger.load(claim, { now: 2_000 });
    await begin(store, claim, { intents: recipients, now: 2_000 });
    await settle(store, claim, { settlements: [accepted(1), accepted(2)], now: 2_010 });
    await store.batches.release(claim, { now: 2_020 });

    const done = (await written()).find(({ type }) => type === 'edition.done');

    expect(done?.data).toMatchObject({
      state: 'sent',
      intended: 2,
      counts: { accepted: 2, failed: 0, suppressed: 0, uncertain: 0 },
    });
  });

  test('whose change fails has no event', async () => {
    const id = await store.approve('2026-11-25');
    const before = await types();

    await expect(
      store.editions.changeState(id, 'paused', { at: 6, event: 'paused', actor: 'jo', detail: '' }),
    ).rejects.toMatchObject({ code: 'EDITION_STATE' });

    expect(await types()).toEqual(before);
  });

  test('tells of a proof before it is approved', async () => {
    const revision = { contentHash: 'beef', approvedBy: '', approvedAt: 0 };
    const proof = { publicationId: 1, date: '2026-11-25', contentHash: 'beef', madeBy: 'jo', madeAt: 3 };
    await createProofs(store.db).add(
      { ...proof, problems: [], revision: revision as never },
      { olderThan: 0 },
    );

    expect(await written()).toMatchObject([
      {
        type: 'edition.composed',
        subject: 'edition/2026-11-25',
        data: { state: 'draft', detail: 'proof 1, beef' },
      },
    ]);
  });
});

test('an alarm has one event, although it is raised again', async () => {
  const alarms = createAlarms(store.db);
  const alarm = newAlarm('missed', { publication: 'sample', date: '2026-11-25', at: 1, text: 'Missed.' });

  await alarms.raise(alarm);
  await alarms.raise(alarm);

  expect(await written()).toEqual([
    {
      type: 'alarm.raised',
      subject: 'edition/2026-11-25',
      publication: 'sample',
      data: { date: '2026-11-25', kind: 'missed', text: 'Missed.' },
    },
  ]);
});

describe('a subscription', () => {
  test('tells of asking, confirming, leaving and coming back, each once', async () => {
    const signups = await SignupFixture.create();
    await using of = signups.store;
    await signups.signUp('Pat@example.org', 1_000);
    const { id } = await of.db.selectFrom('subscribers').select('id').executeTakeFirstOrThrow();
    const own = createOwnSubscriptions(of.db, { keys: of.keys });
    const subject = { publicationId: 1, subscriberId: id };

    await own.confirm(subject, { issuedAt: 2_000, now: 2_000 });
    await own.confirm(subject, { issuedAt: 2_000, now: 2_100 });
    await own.unsubscribe(subject, { now: 3_000 });
    await own.unsubscribe(subject, { now: 3_100 });
    await own.undo(subject, { issuedAt: 3_000, now: 4_000, withinMs: 10_000 });

    const events = await written(of);
    expect(events.map(({ type, data }) => [type, data['state']])).toEqual([
      ['subscription.asked', 'pending'],
      ['subscription.confirmed', 'active'],
      ['subscription.unsubscribed', 'unsubscribed'],
      ['subscription.resubscribed', 'active'],
    ]);
    expect(new Set(events.map(({ subject: about }) => about))).toEqual(new Set([`subscriber/${id}`]));
    expect(JSON.stringify(events).toLowerCase()).not.toContain('pat@');
  });

  test('tells of what operators do, and of an erasure', async () => {
    const changes = createOperatorChanges(store.db, { keys: store.keys });
    const subscribers = createSubscribers(store.db, { keys: store.keys });
    const address = { address: 'pat@example.org', canonical: 'pat@example.org' };
    const options = { publicationId: 1, source: 'operator', now: 4, resubscribe: true };
    await subscribers.addOne({ ...address, name: '', timeZone: null }, options);
    await subscribers.addOne({ ...address, name: 'Pat', timeZone: null }, options);
    await changes.suppress([address.canonical], audit);
    await changes.unsuppress([address.canonical], audit);
    await changes.unsubscribe([address], { ...audit, publicationId: 1 });
    await subscribers.addOne({ ...address, name: '', timeZone: null }, options);
    await subscribers.erase(address.canonical, { now: 7 });

    expect((await written()).map(({ type, data }) => [type, data['state']])).toEqual([
      ['subscription.added', 'active'],
      ['subscription.suppressed', 'suppressed'],
      ['subscription.unsuppressed', 'active'],
      ['subscription.unsubscribed', 'unsubscribed'],
      ['subscription.added', 'active'],
      ['subscription.erased', 'erased'],
    ]);
  });

  test('is one of many when more than 100 change together, and an import counts what it changed', async () => {
    const changes = createOperatorChanges(store.db, { keys: store.keys });
    const subscribers = createSubscribers(store.db, { keys: store.keys });
    const rows = Array.from({ length: 150 }, (_, index) => ({
      address: `reader${index}@example.org`,
      canonical: `reader${index}@example.org`,
      name: '',
      timeZone: null,
      state: 'active' as const,
    }));
    const options = { publicationId: 1, source: 'import', now: 1, dryRun: false };
    await subscribers.mergeMany(rows, options);
    await subscribers.mergeMany(rows, options);
    await changes.suppress(
      rows.map(({ canonical }) => canonical),
      audit,
    );

    expect(await written()).toEqual([
      {
        type: 'subscriptions.imported',
        subject: 'publication',
        publication: 'sample',
        data: { source: 'import', added: 150, updated: 0, unsubscribed: 0, suppressed: 0 },
      },
      {
        type: 'subscriptions.changed',
        subject: 'publication',
        publication: 'sample',
        data: { change: 'subscription.suppressed', subscribers: 150 },
      },
    ]);
  });
});

test('bounces and complaints have one event each, however often they are reported', async () => {
  await store.subscribe(3);
  const feedback = FeedbackFixture.on(store);
  const editionId = await feedback.sent('2026-11-25');
  await store.db.deleteFrom('events').execute();

  const bounce = feedback.bounce(editionId, 1, { class: 'hard', refusal: 'bad-address' });
  await feedback.feedback.record([bounce], { now: 5 });
  await feedback.feedback.record([bounce], { now: 6 });
  await feedback.feedback.record([feedback.complaint(editionId, 2)], { now: 7 });

  const events = await written();
  expect(events.map(({ type, subject }) => [type, subject])).toEqual([
    ['delivery.bounced', 'subscriber/1'],
    ['subscription.suppressed', 'subscriber/1'],
    ['delivery.complained', 'subscriber/2'],
    ['subscription.suppressed', 'subscriber/2'],
  ]);
  expect(events[0]?.data).toMatchObject({ date: '2026-11-25', class: 'hard' });
});

test('a ledger step writes no event for a message, and one for an address that proves dead', async () => {
  await store.subscribe(20);
  const id = await store.approve('2026-11-25');
  await store.publish(id, 100);
  const before = await types();
  const claim = await claimFirst(store, 2_000);
  const { recipients } = await store.ledger.load(claim, { now: 2_000 });
  await begin(store, claim, { intents: recipients, now: 2_000 });

  const ids = recipients.map(({ subscriberId }) => subscriberId);
  await settle(store, claim, { settlements: ids.slice(1).map(accepted), now: 2_010 });
  const afterAccepted = await types();
  const dead = { ...accepted(ids[0] ?? 0), reason: 'bad-address', replyCode: 550, suppress: 'bad-address' };
  await settle(store, claim, {
    settlements: [{ ...dead, state: 'failed', outcome: 'valid-email' }],
    now: 2_020,
  });

  expect(afterAccepted).toEqual(before);
  expect(await types()).toEqual([...before, 'subscription.suppressed']);
});
