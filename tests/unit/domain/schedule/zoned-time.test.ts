import fc from 'fast-check';
import { IANAZone } from 'luxon';
import { describe, expect, test } from 'vitest';

import { dateAt, instantOf } from '../../../../src/domain/time/zoned-time.ts';
import type { OffsetAt } from '../../../../src/domain/time/zoned-time.ts';

const zone =
  (name: string): OffsetAt =>
  (epochMs) =>
    IANAZone.create(name).offset(epochMs);

const iso = (epochMs: number) => new Date(epochMs).toISOString().slice(0, 16);

describe('a time of day in a zone', () => {
  test.each([
    ['winter', '2026-01-15', '06:00', 'America/Chicago', '2026-01-15T12:00'],
    ['summer', '2026-07-15', '06:00', 'America/Chicago', '2026-07-15T11:00'],
    ['the morning clocks go forward', '2026-03-08', '06:00', 'America/Chicago', '2026-03-08T11:00'],
    ['the morning clocks go back', '2026-11-01', '06:00', 'America/Chicago', '2026-11-01T12:00'],
    [
      'a time left out is read by the clock before',
      '2026-03-08',
      '02:30',
      'America/Chicago',
      '2026-03-08T08:30',
    ],
    ['the first minute left out', '2026-03-08', '02:00', 'America/Chicago', '2026-03-08T08:00'],
    ['a time that comes twice is the first', '2026-11-01', '01:30', 'America/Chicago', '2026-11-01T06:30'],
    ['left out in Berlin', '2026-03-29', '02:30', 'Europe/Berlin', '2026-03-29T01:30'],
    ['twice in Berlin', '2026-10-25', '02:30', 'Europe/Berlin', '2026-10-25T00:30'],
    ['half an hour is left out', '2026-10-04', '02:15', 'Australia/Lord_Howe', '2026-10-03T15:45'],
    ['half an hour comes twice', '2027-04-04', '01:45', 'Australia/Lord_Howe', '2027-04-03T14:45'],
    ['an offset with a half hour', '2026-06-01', '06:00', 'Asia/Kolkata', '2026-06-01T00:30'],
    ['an offset with three quarters', '2026-06-01', '06:00', 'Asia/Kathmandu', '2026-06-01T00:15'],
    ['a zone a day ahead', '2026-01-01', '06:00', 'Pacific/Kiritimati', '2025-12-31T16:00'],
    ['a zone far behind', '2026-12-31', '23:30', 'Pacific/Pago_Pago', '2027-01-01T10:30'],
    ['leap day', '2028-02-29', '06:00', 'Europe/London', '2028-02-29T06:00'],
    ['clocks that change at midnight', '2026-04-24', '00:30', 'Africa/Cairo', '2026-04-23T22:30'],
    ['a day that was left out whole', '2011-12-30', '06:00', 'Pacific/Apia', '2011-12-30T16:00'],
  ])('%s: %s %s in %s is %s in UTC', (_, date, time, name, utc) => {
    expect(iso(instantOf(date, time, zone(name)))).toBe(utc);
  });

  const zones = [
    'America/Chicago',
    'America/St_Johns',
    'Asia/Kathmandu',
    'Australia/Lord_Howe',
    'Africa/Casablanca',
    'Africa/Cairo',
    'Europe/Dublin',
    'Pacific/Auckland',
    'Pacific/Chatham',
    'Etc/UTC',
  ];
  const anyMoment = fc
    .date({ min: new Date('2020-01-01'), max: new Date('2040-01-01'), noInvalidDate: true })
    .map((date) => Math.floor(date.getTime() / 60_000) * 60_000);

  test('is a moment at which clocks there show it, and the first such moment', () => {
    fc.assert(
      fc.property(fc.constantFrom(...zones), anyMoment, (name, moment) => {
        const offsetAt = zone(name);
        const shown = iso(moment + offsetAt(moment) * 60_000);

        const found = instantOf(shown.slice(0, 10), shown.slice(11), offsetAt);

        expect(iso(found + offsetAt(found) * 60_000)).toBe(shown);
        expect(found).toBeLessThanOrEqual(moment);
        expect(dateAt(found, offsetAt)).toBe(shown.slice(0, 10));
      }),
    );
  });

  test('at half past two comes before six on every date of a year, whatever clocks do in between', () => {
    for (const name of zones) {
      const offsetAt = zone(name);
      for (let day = Date.UTC(2026, 0, 1); day < Date.UTC(2027, 0, 1); day += 86_400_000) {
        const date = new Date(day).toISOString().slice(0, 10);
        const at = instantOf(date, '02:30', offsetAt);
        const next = instantOf(date, '06:00', offsetAt);

        expect(next - at).toBeGreaterThanOrEqual(2.5 * 3_600_000);
        expect(next - at).toBeLessThanOrEqual(4.5 * 3_600_000);
      }
    }
  });
});
