import { expect, test } from 'vitest';

import { slowDown, takeSlots } from '../../../../src/domain/sending/provider-pace.ts';
import { createProviderPaces } from '../../../../src/store/sending/provider-paces.ts';
import { openTestDatabase } from '../../../support/store/test-database.ts';

const now = Date.parse('2026-11-27T06:00:00Z');
const signal = {
  group: 'google',
  worker: 'one',
  acceptedPerSecond: () => 40,
  pausedUntil: now - 1,
  reply: '4.7.28',
};

test('gives each slot to one of many workers that ask at the same moment', async () => {
  await using database = await openTestDatabase();
  const paces = createProviderPaces(database.db, { now: () => now });

  const given = await Promise.all(
    Array.from({ length: 20 }, () =>
      paces.change('google', (stored) => {
        const { pace, slots } = takeSlots(stored ?? slowDown(undefined, signal, now - 10), 2, now);
        return { pace, result: slots };
      }),
    ),
  );

  const moments = given.flatMap(({ from, gapMs, count }) =>
    Array.from({ length: count }, (_, index) => Math.round(from + index * gapMs)),
  );
  // Twenty a second, for a second ahead; the pace grows meanwhile.
  expect(moments.length).toBeGreaterThanOrEqual(20);
  expect(moments.length).toBeLessThanOrEqual(21);
  expect(new Set(moments).size).toBe(moments.length);
});

test('keeps the pace of each group, and forgets it a week after the last signal', async () => {
  await using database = await openTestDatabase();
  let clock = now;
  const paces = createProviderPaces(database.db, { now: () => clock });
  const change = (group: string) =>
    paces.change(group, (stored) => ({ pace: slowDown(stored, { ...signal, group }, now), result: stored }));

  expect(await change('google')).toBeUndefined();
  expect(await change('yahoo')).toBeUndefined();
  expect(await change('google')).toMatchObject({ group: 'google', ceiling: 40, perSecond: 20 });
  expect((await paces.all()).map(({ group }) => group)).toEqual(['google', 'yahoo']);
  clock += 8 * 86_400_000;
  expect(await paces.all()).toEqual([]);
  expect(await change('google')).toBeUndefined();
});
