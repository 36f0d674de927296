import { afterEach, describe, expect, test, vi } from 'vitest';

import {
  dayOfMonth,
  dayOfYear,
  longDate,
  longMoment,
  momentOfYear,
  monthOf,
} from '../../../src/web/pages/edition-dates.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

describe('dates on pages', () => {
  test.each([
    ['en', 'Monday, November 23, 2026'],
    ['de', 'Montag, 23. November 2026'],
    ['fr', 'lundi 23 novembre 2026'],
  ])('in %s are said as %j, whatever zone the machine is in', (language, said) => {
    expect(longDate('2026-11-23', language)).toBe(said);
  });

  test('and moments are said by the clock of the publication', () => {
    const at = Date.parse('2026-11-24T01:05:00Z');

    const said = longMoment(at, { language: 'en', timeZone: 'America/Chicago' });

    expect(said.replaceAll('\u202f', ' ')).toBe('Nov 23, 2026, 7:05 PM CST');
  });

  test.each([
    ['en', 'Mon 23', 'November 2026', 'Monday, November 23'],
    ['de', 'Mo 23', 'November 2026', 'Montag, 23. November'],
    ['ar', 'الاثنين 23', 'نوفمبر 2026', 'الاثنين، 23 نوفمبر'],
  ])('in the archive and beside the sample in %s are %j, %j and %j', (language, day, month, long) => {
    const date = '2026-11-23';

    expect([dayOfMonth(date, language), monthOf(date, language), dayOfYear(date, language)]).toEqual([
      day,
      month,
      long,
    ]);
  });

  test.each([
    ['2026-11-23T15:40:00Z', 'en', 'November 23, 9:40 AM'],
    ['2027-01-04T15:40:00Z', 'en', 'January 4, 2027, 9:40 AM'],
    ['2026-11-23T15:40:00Z', 'ar', '23 نوفمبر، 9:40 ص'],
  ])('of a correction at %s in %s are %s', (at, language, said) => {
    const moment = momentOfYear(Date.parse(at), { year: '2026', language, timeZone: 'America/Chicago' });

    expect(moment.replaceAll('\u202f', ' ')).toBe(said);
  });

  test('cost one format for any number of them', () => {
    longDate('2026-11-23', 'es');
    const made = vi.spyOn(Intl, 'DateTimeFormat');

    for (let day = 10; day < 30; day += 1) longDate(`2026-11-${day}`, 'es');

    expect(made).not.toHaveBeenCalled();
  });
});
