import { afterEach, describe, expect, test, vi } from 'vitest';

import { longDate, longMoment } from '../../../src/web/pages/edition-dates.ts';

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

  test('cost one format for any number of them', () => {
    longDate('2026-11-23', 'es');
    const made = vi.spyOn(Intl, 'DateTimeFormat');

    for (let day = 10; day < 30; day += 1) longDate(`2026-11-${day}`, 'es');

    expect(made).not.toHaveBeenCalled();
  });
});
