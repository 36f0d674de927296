import { afterEach, beforeEach, expect, test } from 'vitest';

import { newAlarm } from '../../../../src/domain/schedule/alarm.ts';
import { createAlarms } from '../../../../src/store/alarms.ts';
import { EventsFixture } from '../../../support/store/events-fixture.ts';

const hourMs = 3_600_000;

let on: EventsFixture;

beforeEach(async () => {
  on = await EventsFixture.create();
});

afterEach(async () => {
  await on[Symbol.asyncDispose]();
});

const dates = (count: number) =>
  Array.from({ length: count }, (_, index) =>
    new Date(Date.UTC(2027, 0, 1 + index)).toISOString().slice(0, 10),
  );

test('an endpoint that is down for a day has every event of before given up', async () => {
  const shop = await on.receiver('shop', { types: ['edition'] });
  shop.answer = (response) => void response.writeHead(503).end();
  await on.change(...dates(30).map((date) => [date, 'approved'] as const));

  await on.pass();

  on.now += 25 * hourMs;
  await on.pass();

  expect(new Set(await on.states())).toEqual(new Set(['failed']));
  expect(await on.events.counts()).toMatchObject([{ waiting: 0, failed: 30 }]);
});

test('an alarm is told without the addresses in its text', async () => {
  const shop = await on.receiver('shop', { types: ['alarm'] });
  const about = { publication: 'sample', date: '2026-11-25', at: on.now };
  await createAlarms(on.store.db).raise(
    newAlarm('stalled', { ...about, text: 'ada@example.net was refused.' }),
  );

  await on.pass();

  expect(shop.received.map(({ event }) => event.data['text'])).toEqual(['(address) was refused.']);
});

test('an endpoint that is new gets events of before, and is counted', async () => {
  await on.receiver('old');
  await on.change(['2026-11-25', 'approved']);
  await on.pass();
  await on.receiver('new');

  await on.service().replayMany({ publication: 'sample' }, { endpoint: 'new', failedOnly: false });
  await on.pass();

  const counts = await on.events.counts();
  expect(counts.map(({ endpoint, delivered }) => [endpoint, delivered])).toEqual([
    ['new', 1],
    ['old', 1],
  ]);
});
