import { describe, expect, test } from 'vitest';

import { age, moment, longDate, usableLanguage } from '../../../src/render/view/dates.ts';

const now = new Date('2026-11-23T12:00:00Z');
const timeZone = 'America/Chicago';

describe('dates', () => {
  test.each([
    ['en', 'Monday, November 23, 2026'],
    ['en-GB', 'Monday, 23 November 2026'],
    ['de', 'Montag, 23. November 2026'],
    ['fr', 'lundi 23 novembre 2026'],
  ])('are written out as %s does', (language, expected) => {
    expect(longDate('2026-11-23', language)).toBe(expected);
  });

  test.each([
    ['2026-11-23T12:00:30Z', 'now'],
    ['2026-11-23T11:59:50Z', 'now'],
    ['2026-11-23T11:59:00Z', '1 minute ago'],
    ['2026-11-23T11:00:01Z', '59 minutes ago'],
    ['2026-11-23T11:00:00Z', '1 hour ago'],
    ['2026-11-23T09:05:00Z', '2 hours ago'],
    ['2026-11-22T12:00:00Z', 'yesterday'],
    ['2026-11-19T12:00:00Z', '4 days ago'],
    ['2026-11-10T03:00:00Z', 'Nov 9'],
    ['not a date', ''],
  ])('%s is %j', (instant, expected) => {
    expect(age(instant, { now, language: 'en', timeZone })).toBe(expected);
  });

  test.each([
    ['2026-11-23T11:10:00Z', 'en', 'Nov 23, 5:10 AM CST'],
    ['2026-07-04T11:10:00Z', 'en', 'Jul 4, 6:10 AM CDT'],
    ['2026-01-01T05:30:00Z', 'en', 'Dec 31, 2025, 11:30 PM CST'],
    ['2026-11-23T11:10:00Z', 'de', '23. Nov., 05:10 GMT-6'],
    ['not a date', 'en', ''],
  ])('%s stands on a page in %s as %j', (instant, language, expected) => {
    const said = moment(instant, { now, language, timeZone }).replaceAll('\u202f', ' ');

    expect(said).toBe(expected);
  });

  test.each([
    ['pt-BR', 'pt-BR'],
    ['xx', 'en'],
    ['not a tag', 'en'],
    ['', 'en'],
  ])('the language %j is shown as %s', (tag, expected) => {
    expect(usableLanguage(tag)).toBe(expected);
  });
});
