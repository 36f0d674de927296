import { once } from 'node:events';
import type { ServerResponse } from 'node:http';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { createEventSender } from '../../../../src/app/events/send-events.ts';
import { EventsFixture } from '../../../support/store/events-fixture.ts';

const hourMs = 3_600_000;

let on: EventsFixture;

beforeEach(async () => {
  on = await EventsFixture.create();
});

afterEach(async () => {
  await on[Symbol.asyncDispose]();
});

describe('an event', () => {
  test('arrives as Standard Webhooks describes, and the verifier takes its signature', async () => {
    const shop = await on.receiver('shop');
    await on.change(['2026-11-25', 'approved']);

    await on.pass();

    const [received] = shop.received;
    expect(received?.headers['content-type']).toBe('application/json');
    expect(received?.id).toMatch(/^evt_\d+_[\da-f]{16}$/);
    expect(received?.event).toEqual({
      type: 'edition.approved',
      timestamp: '2026-11-25T06:00:00.000Z',
      data: {
        publication: 'sample',
        date: '2026-11-25',
        event: 'approved',
        state: 'draft',
        revision: 0,
        intended: 0,
        by: 'jo',
        detail: '',
      },
    });
    expect(await on.states()).toEqual(['delivered']);
  });

  test('goes only to endpoints that want its type or noun', async () => {
    const all = await on.receiver('all');
    const typed = await on.receiver('typed', { types: ['edition.cancelled', 'alarm'] });
    await on.change(['2026-11-25', 'approved'], ['2026-11-25', 'cancelled']);

    await on.pass();

    expect(all.types()).toEqual(['edition.approved', 'edition.cancelled']);
    expect(typed.types()).toEqual(['edition.cancelled']);
  });

  test('is deleted where the publication has no endpoint', async () => {
    await on.change(['2026-11-25', 'approved']);

    await on.pass();

    expect(await on.store.db.selectFrom('events').selectAll().execute()).toEqual([]);
  });

  test('waits while the file of its publication cannot be read', async () => {
    await on.receiver('shop');
    await on.change(['2026-11-25', 'approved']);
    const ports = on.ports();
    const unreadable = { ...ports, publications: { find: async () => undefined } };

    await on.pass(createEventSender(unreadable));

    expect(await on.outbox.unassigned()).toEqual(['sample']);
    await on.pass();
    expect(await on.states()).toEqual(['delivered']);
  });
});

describe('order', () => {
  test('holds within an edition while others go on', async () => {
    const shop = await on.receiver('shop');
    shop.answer = (response, { event }) => {
      response.writeHead(event.data['date'] === '2026-11-25' ? 500 : 204).end();
    };
    await on.change(
      ['2026-11-25', 'approved'],
      ['2026-11-26', 'approved'],
      ['2026-11-25', 'published'],
      ['2026-11-26', 'published'],
      ['2026-11-25', 'finished'],
    );

    await on.pass();

    const ofFirst = shop.received.filter(({ event }) => event.data['date'] === '2026-11-25');
    expect(ofFirst.map(({ event }) => event.type)).toEqual(['edition.approved']);
    const ofSecond = shop.received.filter(({ event }) => event.data['date'] === '2026-11-26');
    expect(ofSecond.map(({ event }) => event.type)).toEqual(['edition.approved', 'edition.sending']);
    shop.answer = (response) => void response.writeHead(200).end('thanks');
    shop.received.length = 0;
    on.now += hourMs;
    await on.pass();
    expect(shop.types()).toEqual(['edition.approved', 'edition.sending', 'edition.done']);
  });

  test('holds when several workers send at once, and each event arrives once', async () => {
    const shop = await on.receiver('shop');
    const dates = Array.from({ length: 12 }, (_, index) => `2026-12-${String(index + 10)}`);
    for (const event of ['approved', 'published', 'finished']) {
      await on.change(...dates.map((date) => [date, event] as const));
    }

    await Promise.all(Array.from({ length: 4 }, () => on.pass()));
    await on.pass();

    expect(shop.received).toHaveLength(36);
    for (const date of dates) {
      const ofDate = shop.received.filter(({ event }) => event.data['date'] === date);
      expect(ofDate.map(({ event }) => event.type)).toEqual([
        'edition.approved',
        'edition.sending',
        'edition.done',
      ]);
    }
  });

  test('of one endpoint is not held up by another that never answers', async () => {
    const slow = await on.receiver('slow');
    const shop = await on.receiver('shop');
    const asked = Promise.withResolvers<ServerResponse>();
    slow.answer = asked.resolve;
    await on.change(['2026-11-25', 'approved'], ['2026-11-25', 'published']);
    const sender = on.sender();

    await sender.run();
    const unanswered = await asked.promise;
    await expect.poll(() => shop.types()).toEqual(['edition.approved', 'edition.sending']);

    await expect.poll(() => on.states()).toEqual(['waiting', 'delivered', 'waiting', 'delivered']);
    slow.answer = (response) => void response.writeHead(204).end();
    unanswered.writeHead(204).end();
    await sender.idle();
    expect(slow.types()).toEqual(['edition.approved', 'edition.sending']);
  });
});

describe('an endpoint', () => {
  test('that fails is tried again for a day under the same id, then given up with one alarm', async () => {
    const shop = await on.receiver('shop');
    shop.answer = (response) => void response.writeHead(500).end();
    await on.change(['2026-11-25', 'approved']);

    await on.passFor(25 * hourMs, 5 * 60_000);

    const ids = new Set(shop.received.map(({ id }) => id));
    // The alarm is an event too.
    expect([...ids]).toHaveLength(2);
    const [event] = await on.service().list({ limit: 10, type: 'edition.approved' });
    const [delivery] = event?.deliveries ?? [];
    expect(delivery).toMatchObject({ state: 'failed', reason: 'it answered 500' });
    expect(delivery?.settledAt ?? 0).toBeGreaterThanOrEqual((event?.at ?? 0) + 24 * hourMs);
    expect(delivery?.attempts).toBeGreaterThan(50);
    const alarms = await on.store.db.selectFrom('alarms').select(['kind', 'text']).execute();
    expect(alarms.map(({ kind }) => kind)).toEqual(['events-failed']);
    expect(alarms[0]?.text).not.toContain('127.0.0.1');
  });

  test('that answers 410 gets nothing more, with an alarm, until a test event is taken', async () => {
    const shop = await on.receiver('shop');
    shop.answer = (response) => void response.writeHead(410).end();
    await on.change(['2026-11-25', 'approved'], ['2026-11-25', 'published']);

    await on.pass();
    await on.change(['2026-11-26', 'approved']);
    await on.pass();

    expect(shop.types()).toEqual(['edition.approved']);
    expect(new Set(await on.states())).toEqual(new Set(['failed']));
    const alarms = await on.store.db.selectFrom('alarms').select('kind').execute();
    expect(alarms.map(({ kind }) => kind)).toEqual(['events-stopped']);
    expect(await on.events.counts()).toMatchObject([{ endpoint: 'shop', waiting: 0, stoppedAt: on.now }]);
    shop.answer = (response) => void response.writeHead(204).end();
    expect(await on.service().test('sample', {})).toMatchObject([{ endpoint: 'shop', isStarted: true }]);
    await on.change(['2026-11-27', 'approved']);
    await on.pass();
    expect(shop.types()).toEqual(['edition.approved', 'daybrief.test', 'edition.approved']);
  });

  test('that redirects is not followed', async () => {
    const other = await on.receiver('other', { types: ['alarm'] });
    const shop = await on.receiver('shop', { types: ['edition'] });
    shop.answer = (response) => void response.writeHead(307, { location: other.url }).end();
    await on.change(['2026-11-25', 'approved']);

    await on.pass();

    expect(other.received).toEqual([]);
    const [event] = await on.service().list({ limit: 1 });
    expect(event?.deliveries[0]?.reason).toBe('it answered 307, a redirect, which is not followed');
  });

  test('that never answers is given up after the timeout and tried again', async () => {
    const shop = await on.receiver('shop');
    on.timeoutMs = 20;
    shop.answer = () => {};
    await on.change(['2026-11-25', 'approved']);

    await on.pass();

    const [event] = await on.service().list({ limit: 1 });
    expect(event?.deliveries[0]).toMatchObject({
      state: 'waiting',
      reason: 'it did not answer in 0.02 s',
      attempts: 1,
      dueAt: on.now + 10_000,
    });
  });

  test('whose answer never ends is not read to its end', async () => {
    const shop = await on.receiver('shop');
    const closed = Promise.withResolvers<void>();
    shop.answer = (response) => {
      void once(response, 'close').then(() => closed.resolve());
      response.writeHead(200).write('x'.repeat(1_000_000));
    };
    await on.change(['2026-11-25', 'approved']);

    await on.pass();

    await closed.promise;
    expect(await on.states()).toEqual(['delivered']);
  });

  test('that asks for a pause with Retry-After gets it', async () => {
    const shop = await on.receiver('shop');
    shop.answer = (response) => void response.writeHead(503, { 'retry-after': '1800' }).end();
    await on.change(['2026-11-25', 'approved']);

    await on.pass();

    const [event] = await on.service().list({ limit: 1 });
    expect(event?.deliveries[0]?.dueAt).toBe(on.now + 1_800_000);
  });

  test('that was taken out of publication.yaml gets nothing more', async () => {
    const shop = await on.receiver('shop');
    shop.answer = (response) => void response.writeHead(500).end();
    await on.change(['2026-11-25', 'approved']);
    await on.pass();
    on.endpoints = [];

    on.now += hourMs;
    await on.pass();

    expect(await on.states()).toEqual(['failed']);
    expect(shop.received).toHaveLength(1);
  });
});
