import { describe, expect, test } from 'vitest';

import { capOn, dayOf, defaultCaps, fillDays, openDays } from '../../../../src/domain/sending/warm-up.ts';
import type { WarmUpPlan } from '../../../../src/domain/sending/warm-up.ts';

const warmUp = { start: '2026-12-01', caps: [500, 1_000, 2_000], overflow: 'hold' } as const;
const sendAt = (date: string) => Date.parse(`${date}T06:00Z`);
const now = Date.parse('2026-12-01T06:00Z');

test.each([
  { date: '2026-11-30', cap: undefined },
  { date: '2026-12-01', cap: 500 },
  { date: '2026-12-03', cap: 2_000 },
  { date: '2026-12-04', cap: undefined },
])('the cap of $date is $cap', ({ date, cap }) => {
  expect(capOn(warmUp, date)).toBe(cap);
});

test('the caps double each day unless others are given', () => {
  expect(defaultCaps.slice(0, 4)).toEqual([500, 1_000, 2_000, 4_000]);
  expect(defaultCaps.at(-1)).toBe(1_024_000);
});

describe('the days of an edition', () => {
  test('are today and the next ones up to the first without a cap', () => {
    const days = openDays(warmUp, { date: '2026-12-02', now: now + 86_400_000 }, sendAt);

    expect(days?.map(({ date, cap }) => `${date} ${cap}`)).toEqual([
      '2026-12-02 1000',
      '2026-12-03 2000',
      '2026-12-04 null',
    ]);
  });

  test('are today alone if what is beyond the cap is skipped', () => {
    const days = openDays({ ...warmUp, overflow: 'skip' }, { date: '2026-12-01', now }, sendAt);

    expect(days).toEqual([{ date: '2026-12-01', at: now, cap: 500 }]);
  });

  test('are not limited before and after the warm-up', () => {
    expect(openDays(warmUp, { date: '2026-11-30', now }, sendAt)).toBeUndefined();
    expect(openDays(warmUp, { date: '2026-12-04', now }, sendAt)).toBeUndefined();
  });

  test('are filled in their order, with what other editions leave', () => {
    const days = openDays(warmUp, { date: '2026-12-01', now }, sendAt) ?? [];
    const taken = new Map([
      ['2026-12-01', 500],
      ['2026-12-02', 400],
    ]);

    const filled = fillDays(days, 3_000, taken);

    expect(filled.map(({ date, recipients }) => `${date} ${recipients}`)).toEqual([
      '2026-12-02 600',
      '2026-12-03 2000',
      '2026-12-04 400',
    ]);
  });
});

describe('the day of a recipient', () => {
  const plan: WarmUpPlan = {
    overflow: 'hold',
    publishedAt: 100,
    expiryMs: 10,
    skipped: 0,
    days: [
      { date: '2026-12-01', at: 100, recipients: 2, last: { confirmedAt: 50, subscriberId: 7 } },
      { date: '2026-12-02', at: 200, recipients: 5, last: { confirmedAt: 1, subscriberId: 1 } },
    ],
  };

  test.each([
    { what: 'the most recently confirmed', rank: { confirmedAt: 60, subscriberId: 1 }, day: 0 },
    { what: 'the last one of the first day', rank: { confirmedAt: 50, subscriberId: 7 }, day: 0 },
    { what: 'the one after it', rank: { confirmedAt: 50, subscriberId: 6 }, day: 1 },
    { what: 'the oldest', rank: { confirmedAt: 1, subscriberId: 1 }, day: 1 },
    {
      what: 'one who left and came back after publishing',
      rank: { confirmedAt: 101, subscriberId: 9 },
      day: 1,
    },
  ])('of $what is $day', ({ rank, day }) => {
    expect(dayOf(plan, rank)).toBe(day);
  });

  test('is none if the edition skips them', () => {
    const skipping: WarmUpPlan = { ...plan, overflow: 'skip', days: plan.days.slice(0, 1) };

    expect(dayOf(skipping, { confirmedAt: 50, subscriberId: 6 })).toBeUndefined();
    expect(dayOf(skipping, { confirmedAt: 50, subscriberId: 7 })).toBe(0);
  });
});
