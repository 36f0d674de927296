import { expect, test } from 'vitest';

import type { Weekday } from '../../../src/domain/time/calendar.ts';
import { whenItComes } from '../../../src/web/pages/when-it-comes.ts';

const workdays: readonly Weekday[] = ['mon', 'tue', 'wed', 'thu', 'fri'];
const base = { days: workdays, sendAt: '06:00', timeZone: 'America/Chicago', language: 'en' };

test.each([
  [{}, 'Monday to Friday at 6:00 AM, Central Time'],
  [{ days: [...workdays, 'sun', 'sat'] as const }, 'Every day at 6:00 AM, Central Time'],
  [{ days: ['thu', 'mon'] as const, sendAt: '18:30' }, 'Monday and Thursday at 6:30 PM, Central Time'],
  [{ language: 'en-GB', timeZone: 'Europe/London' }, 'Monday to Friday at 06:00, United Kingdom Time'],
  [
    { language: 'de', days: ['sat'] as const, timeZone: 'Europe/Berlin' },
    'Samstag um 06:00 Uhr, Mitteleuropäische Zeit',
  ],
  [{ language: 'es', days: ['sat', 'sun'] as const }, 'sábado y domingo a las 6:00, hora central'],
])('says days, minute and zone as the reader says them: %o', (changes, said) => {
  expect(whenItComes({ ...base, ...changes })).toBe(said);
});

test('does not mix languages where it has no words in that of the publication', () => {
  expect(whenItComes({ ...base, language: 'pt-BR' })).toBe('Monday to Friday at 6:00 AM, Central Time');
});
