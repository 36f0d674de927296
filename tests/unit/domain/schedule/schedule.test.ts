import fc from 'fast-check';
import { IANAZone } from 'luxon';
import { describe, expect, test } from 'vitest';

import { editionStates } from '../../../../src/domain/editions/edition.ts';
import {
  decideApproved,
  decideUnapproved,
  sendWindowOf,
  minutesBetween,
  publicationDay,
  publicationDays,
} from '../../../../src/domain/schedule/schedule.ts';
import type { PublicationDay, Timetable } from '../../../../src/domain/schedule/schedule.ts';

const timetable: Timetable = {
  timeZone: 'America/Chicago',
  sendAt: '06:00',
  deadline: '10:00',
  days: ['mon', 'tue', 'wed', 'thu', 'fri'],
  holidays: ['2026-12-25'],
  atSendTime: 'send',
};

const offsetIn = (name: string) => (epochMs: number) => IANAZone.create(name).offset(epochMs);
const inChicago = offsetIn('America/Chicago');
const iso = (epochMs: number) => new Date(epochMs).toISOString().slice(0, 16);
const minute = 60_000;

describe('a morning', () => {
  test('goes out at its minute and ends at its deadline', () => {
    const { day, sendAt, deadlineAt } = publicationDay(timetable, '2026-11-25', inChicago);

    expect([day, iso(sendAt), iso(deadlineAt)]).toEqual([
      'edition-day',
      '2026-11-25T12:00',
      '2026-11-25T16:00',
    ]);
  });

  test('of an evening paper has its deadline on the next day', () => {
    const evening = { ...timetable, sendAt: '22:00', deadline: '02:00' };

    const { sendAt, deadlineAt } = publicationDay(evening, '2026-12-31', inChicago);

    expect([iso(sendAt), iso(deadlineAt)]).toEqual(['2027-01-01T04:00', '2027-01-01T08:00']);
  });

  test('whose send time clocks jump over still has time until its deadline', () => {
    const night = { ...timetable, sendAt: '02:30', deadline: '03:15' };

    const { sendAt, deadlineAt } = publicationDay(night, '2026-03-08', inChicago);

    expect([iso(sendAt), iso(deadlineAt)]).toEqual(['2026-03-08T08:30', '2026-03-08T09:15']);
  });

  test('is an hour shorter or longer where clocks change before the deadline', () => {
    const night = { ...timetable, sendAt: '01:00', deadline: '05:00' };
    const hours = (date: string) => {
      const { sendAt, deadlineAt } = publicationDay(night, date, inChicago);
      return (deadlineAt - sendAt) / 3_600_000;
    };

    expect([hours('2026-03-08'), hours('2026-06-01'), hours('2026-11-01')]).toEqual([3, 4, 5]);
  });

  test('comes every day of a week over a new year and its holidays', () => {
    const days = publicationDays(timetable, '2026-12-24', { days: 9, offsetAt: inChicago });

    expect(days.map(({ date, day }) => `${date} ${day}`)).toEqual([
      '2026-12-24 edition-day',
      '2026-12-25 holiday',
      '2026-12-26 day-off',
      '2026-12-27 day-off',
      '2026-12-28 edition-day',
      '2026-12-29 edition-day',
      '2026-12-30 edition-day',
      '2026-12-31 edition-day',
      '2027-01-01 edition-day',
    ]);
  });

  test('comes on leap day', () => {
    const days = publicationDays(timetable, '2028-02-28', { days: 3, offsetAt: inChicago });

    expect(days.map(({ date }) => date)).toEqual(['2028-02-28', '2028-02-29', '2028-03-01']);
  });

  const clockTime = fc
    .tuple(fc.nat({ max: 23 }), fc.nat({ max: 59 }))
    .map((parts) => parts.map((part) => String(part).padStart(2, '0')).join(':'));
  const zones = fc.constantFrom('America/Chicago', 'Australia/Lord_Howe', 'Asia/Kolkata', 'Africa/Cairo');

  test('always has its deadline after its minute, at most a day and an hour later, and the next one comes after it', () => {
    fc.assert(
      fc.property(clockTime, clockTime, zones, fc.nat({ max: 4_000 }), (sendAt, deadline, name, day) => {
        const date = new Date(Date.UTC(2024, 0, 1 + day)).toISOString().slice(0, 10);
        const [today, tomorrow] = publicationDays({ ...timetable, sendAt, deadline }, date, {
          days: 2,
          offsetAt: offsetIn(name),
        });

        const lasts = (today?.deadlineAt ?? 0) - (today?.sendAt ?? 0);
        expect(lasts).toBeGreaterThan(0);
        expect(lasts).toBeLessThanOrEqual(25 * 60 * minute);
        expect(tomorrow?.sendAt).toBeGreaterThan(today?.sendAt ?? 0);
      }),
      { examples: [['02:30', '03:00', 'America/Chicago', 797]] },
    );
  });
});

test.each([
  ['06:00', '10:00', 240],
  ['22:00', '02:00', 240],
  ['06:00', '06:00', 1_440],
  ['06:00', '05:59', 1_439],
])('from %s to %s it is %i minutes', (from, to, minutes) => {
  expect(minutesBetween(from, to)).toBe(minutes);
});

const morning: PublicationDay = {
  date: '2026-11-25',
  day: 'edition-day',
  sendAt: 1_000 * minute,
  deadlineAt: 1_240 * minute,
};

describe('the clock, where nothing is approved', () => {
  test.each([
    [0, 'wait'],
    [939.9, 'wait'],
    [940, 'not-approved 60'],
    [969.9, 'not-approved 60'],
    [970, 'not-approved 30'],
    [999.9, 'not-approved 30'],
    [1_000, 'not-approved 0'],
    [1_239.9, 'not-approved 0'],
    [1_240, 'miss'],
    [99_999, 'miss'],
  ])('at minute %d: %s', (now, expected) => {
    const action = decideUnapproved(morning, 'send', now * minute);

    expect('stage' in action ? `${action.kind} ${action.stage}` : action.kind).toBe(expected);
  });

  test.each([
    ['on a day off', { ...morning, day: 'day-off' as const }, 'send' as const],
    ['on a holiday', { ...morning, day: 'holiday' as const }, 'send' as const],
    ['where everything is left to people', morning, 'skip' as const],
  ])('says nothing %s', (_, quiet, policy) => {
    expect(decideUnapproved(quiet, policy, 1_000 * minute)).toEqual({ kind: 'leave' });
  });
});

describe('the clock, with an approved edition', () => {
  const sendWindow = sendWindowOf(morning, { atSendTime: 'send', now: 0 });
  const holding = sendWindowOf(morning, { atSendTime: 'hold', now: 0 });
  const skipping = sendWindowOf({ ...morning, day: 'day-off' }, { atSendTime: 'send', now: 0 });
  const approved = { state: 'approved', onHold: false } as const;

  test.each([
    ['waits before its minute', { ...approved, sendWindow }, 999, 'wait'],
    ['sends it at its minute', { ...approved, sendWindow }, 1_000, 'send'],
    ['sends it late', { ...approved, sendWindow }, 1_239, 'send'],
    ['misses it at its deadline', { ...approved, sendWindow }, 1_240, 'miss'],
    ['alarms where it waits for a send', { ...approved, sendWindow: holding }, 1_000, 'awaiting-send'],
    ['misses what was held', { ...approved, sendWindow: holding }, 1_240, 'miss'],
    [
      'alarms where somebody holds it back',
      { ...approved, onHold: true, sendWindow },
      1_000,
      'awaiting-send',
    ],
    ['leaves that of a day off to people', { ...approved, sendWindow: skipping }, 1_000, 'leave'],
    [
      'sends what was scheduled, even on a day off',
      { state: 'scheduled' as const, onHold: false, sendWindow: skipping },
      1_000,
      'send',
    ],
    [
      'sends what was scheduled though the publication holds',
      { state: 'scheduled' as const, onHold: false, sendWindow: holding },
      1_000,
      'send',
    ],
  ])('%s', (_, edition, now, kind) => {
    expect(decideApproved(edition, now * minute)).toEqual({ kind });
  });

  test('leaves what was approved after its deadline to people', () => {
    expect(sendWindowOf(morning, { atSendTime: 'send', now: 1_240 * minute })).toBeNull();
    expect(decideApproved({ ...approved, sendWindow: null }, 2_000 * minute)).toEqual({ kind: 'leave' });
  });

  test.each(editionStates.filter((state) => state !== 'approved' && state !== 'scheduled'))(
    'leaves one that is %s',
    (state) => {
      for (const now of [0, 1_000, 2_000]) {
        expect(decideApproved({ state, onHold: false, sendWindow }, now * minute)).toEqual({ kind: 'leave' });
      }
    },
  );
});
