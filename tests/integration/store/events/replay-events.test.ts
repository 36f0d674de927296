import { Webhook } from 'standardwebhooks';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { createEventSender, forgetEvents, keptMs } from '../../../../src/app/events/send-events.ts';
import { EventsFixture, eventSecret, otherSecret } from '../../../support/store/events-fixture.ts';

const hourMs = 3_600_000;

let on: EventsFixture;

beforeEach(async () => {
  on = await EventsFixture.create();
});

afterEach(async () => {
  await on[Symbol.asyncDispose]();
});

test('a crash between sending and recording sends the event again under the same id', async () => {
  const shop = await on.receiver('shop');
  await on.change(['2026-11-25', 'approved'], ['2026-11-25', 'published']);
  const ports = on.ports();
  const crashing = { ...on.outbox, settle: () => new Promise<void>(() => {}) };

  await createEventSender({ ...ports, outbox: crashing }).run();
  await expect.poll(() => shop.received.length).toBe(1);
  await on.pass();
  expect(shop.received).toHaveLength(1);
  on.now += 61_000;
  await on.pass();

  expect(shop.types()).toEqual(['edition.approved', 'edition.approved', 'edition.sending']);
  expect(shop.received[0]?.id).toBe(shop.received[1]?.id);
  expect(shop.received[0]?.text).toBe(shop.received[1]?.text);
});

describe('secrets', () => {
  test('sign together while one replaces the other, so that either verifies', async () => {
    on.secrets = `${otherSecret},${eventSecret}`;
    const old = await on.receiver('old');
    const changed = await on.receiver('changed');
    changed.secret = otherSecret;
    await on.change(['2026-11-25', 'approved']);

    await on.pass();

    expect(old.received).toHaveLength(1);
    expect(changed.received).toHaveLength(1);
    const [received] = old.received;
    expect(String(received?.headers['webhook-signature']).split(' ')).toHaveLength(2);
    const forged = received?.text.replace('approved', 'cancelled') ?? '';
    expect(() =>
      new Webhook(eventSecret).verify(forged, received?.headers as Record<string, string>),
    ).toThrow('No matching signature');
  });

  test('of an endpoint of its own are not those of the others', async () => {
    on.secrets = `${eventSecret},changed=${otherSecret}`;
    const changed = await on.receiver('changed');
    changed.secret = otherSecret;
    await on.change(['2026-11-25', 'approved']);

    await on.pass();

    expect(changed.received).toHaveLength(1);
    expect(() =>
      new Webhook(eventSecret).verify(
        changed.received[0]?.text ?? '',
        changed.received[0]?.headers as Record<string, string>,
      ),
    ).toThrow('No matching signature');
  });

  test('are needed: without one nothing is sent, and the event waits', async () => {
    on.secrets = '';
    const shop = await on.receiver('shop');
    await on.change(['2026-11-25', 'approved']);

    await on.pass();

    expect(shop.received).toEqual([]);
    const [event] = await on.service().list({ limit: 1 });
    expect(event?.deliveries[0]).toMatchObject({ state: 'waiting', reason: 'EVENTS_SECRET is not set' });
  });
});

describe('a replay', () => {
  test('sends what failed again in order, once, and counts it as replayed', async () => {
    const shop = await on.receiver('shop', { types: ['edition'] });
    shop.answer = (response) => void response.writeHead(500).end();
    await on.change(['2026-11-25', 'approved'], ['2026-11-25', 'published']);
    await on.passFor(50 * hourMs, 10 * 60_000);
    shop.answer = (response) => void response.writeHead(204).end();
    shop.received.length = 0;
    const query = { publication: 'sample', type: undefined, state: 'failed' } as const;
    const replay = () => on.service().replayMany(query, { failedOnly: true });

    const added = await replay();
    const again = await replay();
    await on.pass();

    expect([added > 0, again]).toEqual([true, 0]);
    expect(shop.types()).toEqual(['edition.approved', 'edition.sending']);
    expect(new Set(await on.states())).toEqual(new Set(['replayed', 'delivered']));
  });

  test('of one event keeps its id, and of a time span has only what is of it', async () => {
    const shop = await on.receiver('shop');
    await on.change(['2026-11-25', 'approved']);
    on.now += hourMs;
    await on.change(['2026-11-26', 'approved']);
    await on.pass();
    const [first] = shop.received;

    await on.service().replayOne(first?.id ?? '', {});
    await on.service().replayMany({ publication: 'sample', since: on.now }, { failedOnly: false });
    await on.pass();

    const again = shop.received.slice(2);
    expect(again.map(({ id }) => id).toSorted()).toEqual(
      shop.received
        .slice(0, 2)
        .map(({ id }) => id)
        .toSorted(),
    );
  });

  test('of an unknown id is refused', async () => {
    await expect(on.service().replayOne('evt_1_0123456789abcdef', {})).rejects.toMatchObject({
      code: 'EVENT_NOT_FOUND',
    });
  });
});

test('events are deleted after two weeks, except those that still wait', async () => {
  const shop = await on.receiver('shop');
  await on.change(['2026-11-25', 'approved']);
  await on.pass();
  shop.answer = (response) => void response.writeHead(500).end();
  await on.change(['2026-11-26', 'approved']);
  await on.pass();

  on.now += keptMs + 1;
  await forgetEvents(on.ports());

  const left = await on.service().list({ limit: 10 });
  expect(left.map(({ subject }) => subject)).toEqual(['edition/2026-11-26']);
});
