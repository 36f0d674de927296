import { describe, expect, test } from 'vitest';

import type { Weekday } from '../../../src/domain/time/calendar.ts';
import { nextEditionAt, saidMoment, whenItComes } from '../../../src/web/pages/when-it-comes.ts';
import { zoneGroups, zoneName } from '../../../src/web/pages/zone-name.ts';
import { samplePublication } from '../../support/content/sample-publication.ts';

const workdays: readonly Weekday[] = ['mon', 'tue', 'wed', 'thu', 'fri'];
const base = { days: workdays, sendAt: '06:00', timeZone: 'America/Chicago', language: 'en' };

/** Some versions of the language data write a narrow blank before AM. */
function plain(text: string): string {
  return text.replaceAll('\u202f', ' ');
}

test.each([
  [{}, 'Monday to Friday at 6:00 AM, Central Time'],
  [{ days: [...workdays, 'sun', 'sat'] as const }, 'every day at 6:00 AM, Central Time'],
  [{ days: ['thu', 'mon'] as const, sendAt: '18:30' }, 'Monday and Thursday at 6:30 PM, Central Time'],
  [{ timeZone: 'UTC' }, 'Monday to Friday at 6:00 AM, UTC'],
  [{ timeZone: 'Etc/UTC', language: 'ar' }, 'من الاثنين إلى الجمعة، 6:00 ص، UTC'],
  [{ language: 'en-GB', timeZone: 'Europe/London' }, 'Monday to Friday at 06:00, United Kingdom Time'],
  [
    { language: 'de', days: ['sat'] as const, timeZone: 'Europe/Berlin' },
    'Samstag um 06:00 Uhr, Mitteleuropäische Zeit',
  ],
  [{ language: 'es', days: ['sat', 'sun'] as const }, 'sábado y domingo a las 6:00, hora central'],
])('says days, minute and zone as the reader says them: %o', (changes, said) => {
  expect(plain(whenItComes({ ...base, ...changes }))).toBe(said);
});

test('does not mix languages where it has no words in that of the publication', () => {
  expect(plain(whenItComes({ ...base, language: 'pt-BR' }))).toBe(
    'Monday to Friday at 6:00 AM, Central Time',
  );
});

describe('the next edition', () => {
  // Monday, 6:41 AM in Chicago.
  const now = Date.parse('2026-11-23T12:41:00Z');

  test.each([
    ['2026-11-23T11:59:00Z', '2026-11-23T12:00:00.000Z', 'the same morning'],
    ['2026-11-23T12:00:00Z', '2026-11-24T12:00:00.000Z', 'the day after, at its minute'],
    ['2026-11-27T13:00:00Z', '2026-11-30T12:00:00.000Z', 'after a weekend'],
  ])('after %s is due at %s: %s', (moment, due) => {
    const at = nextEditionAt(samplePublication, { now: Date.parse(moment), timeZone: 'Asia/Tokyo' });

    expect(new Date(at ?? 0).toISOString()).toBe(due);
  });

  test('leaves out holidays', () => {
    const publication = { ...samplePublication, holidays: ['2026-11-24', '2026-11-25'] };

    const at = nextEditionAt(publication, { now, timeZone: 'UTC' });

    expect(new Date(at ?? 0).toISOString()).toBe('2026-11-26T12:00:00.000Z');
  });

  test('is due by the clocks of the subscriber where the publication sends by them', () => {
    const publication = { ...samplePublication, localTime: true };

    const at = nextEditionAt(publication, { now, timeZone: 'Asia/Tokyo' });

    expect(new Date(at ?? 0).toISOString()).toBe('2026-11-23T21:00:00.000Z');
  });

  test('is none where every day of a year is a holiday', () => {
    const start = Date.parse('2026-11-20');
    const holidays = Array.from({ length: 400 }, (_, day) =>
      new Date(start + day * 86_400_000).toISOString().slice(0, 10),
    );

    expect(nextEditionAt({ ...samplePublication, holidays }, { now, timeZone: 'UTC' })).toBeUndefined();
  });

  test.each([
    ['en', '2026-11-23T18:00:00Z', 'today at 12:00 PM'],
    ['en', '2026-11-24T12:41:00Z', 'tomorrow at 6:41 AM'],
    ['en', '2026-11-27T12:00:00Z', 'on Friday at 6:00 AM'],
    ['en', '2027-01-04T12:00:00Z', 'on Monday, January 4 at 6:00 AM'],
    ['de', '2026-11-24T12:00:00Z', 'morgen um 06:00 Uhr'],
    ['de', '2026-11-27T12:00:00Z', 'am Freitag um 06:00 Uhr'],
    ['fr', '2026-11-27T12:00:00Z', 'vendredi à 06:00'],
    ['es', '2026-11-24T12:00:00Z', 'mañana a las 6:00'],
    ['it', '2026-11-27T12:00:00Z', 'venerdì alle 06:00'],
    ['ar', '2026-11-24T12:00:00Z', 'غدًا الساعة 6:00 ص'],
  ])('is said in %s for %s: %s', (language, at, said) => {
    const moment = saidMoment(Date.parse(at), { now, timeZone: 'America/Chicago', language });

    expect(plain(moment)).toBe(said);
  });
});

describe('time zones', () => {
  test.each(['UTC', 'Etc/UTC', 'etc/uct', 'Zulu'])('%s is called UTC in every language', (zone) => {
    expect(['en', 'de', 'fr', 'ar'].map((language) => zoneName(zone, language))).toEqual(
      Array.from({ length: 4 }, () => 'UTC'),
    );
  });

  test('are all in the list, once, with UTC, and never under a number where they have a name', () => {
    const zones = zoneGroups('en').flatMap((group) => group.zones);
    const names = zones.map(({ name }) => name);

    expect(new Set(names).size).toBe(names.length);
    expect(names).toEqual(expect.arrayContaining(Intl.supportedValuesOf('timeZone')));
    expect(zones[0]).toEqual({ name: 'UTC', label: 'UTC' });
    expect(zones).toContainEqual({ name: 'America/Denver', label: 'Mountain Time, Denver' });
    expect(zones.filter(({ label }) => label.includes('GMT+00:00'))).toEqual([]);
  });

  test('are listed in the language of the page', () => {
    const zones = zoneGroups('de').flatMap((group) => group.zones);

    expect(zones).toContainEqual({ name: 'Europe/Berlin', label: 'Mitteleuropäische Zeit, Berlin' });
  });
});
