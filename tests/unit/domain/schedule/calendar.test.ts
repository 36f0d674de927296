import { describe, expect, test } from 'vitest';

import { isCalendarDate, parseInstant } from '../../../../src/domain/time/calendar.ts';

describe('calendar', () => {
  test.each(['2026-11-23', '2028-02-29', '2000-02-29', '2026-12-31'])('%s is a date', (text) => {
    expect(isCalendarDate(text)).toBe(true);
  });

  test.each([
    '2026-02-29',
    '1900-02-29',
    '2026-04-31',
    '2026-13-01',
    '2026-00-10',
    '2026-11-00',
    '2026-1-2',
    '26-11-23',
    ' 2026-11-23',
    '2026-11-23\n',
    '2026/11/23',
    '',
  ])('%j is no date', (text) => {
    expect(isCalendarDate(text)).toBe(false);
  });

  test.each([
    ['2026-11-23T05:10-05:00', '2026-11-23T10:10:00Z'],
    ['2026-11-23T05:10:30Z', '2026-11-23T05:10:30Z'],
    ['2026-11-23t05:10z', '2026-11-23T05:10:00Z'],
    ['2026-11-23T05:10:30.123456+05:45', '2026-11-22T23:25:30Z'],
    ['2026-12-31T23:30-01:00', '2027-01-01T00:30:00Z'],
  ])('%s is %s in UTC', (text, utc) => {
    expect(parseInstant(text)).toBe(utc);
  });

  test.each([
    '2026-11-23T05:10',
    '2026-11-23',
    '2026-02-30T05:10Z',
    '2026-11-23T24:00Z',
    '2026-11-23T05:60Z',
    '2026-11-23T05:10+15:00',
    '2026-11-23T05:10+0500',
    '2026-11-23 05:10Z',
    '0000-01-01T00:00+01:00',
    'Mon, 23 Nov 2026 05:10 -0500',
    '',
  ])('%j is no instant', (text) => {
    expect(parseInstant(text)).toBeUndefined();
  });
});
