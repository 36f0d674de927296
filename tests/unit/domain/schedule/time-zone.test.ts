import { expect, test } from 'vitest';

import { readTimeZone } from '../../../../src/domain/time/time-zone.ts';

test.each([
  ['Europe/Berlin', 'Europe/Berlin'],
  ['america/new_york', 'America/New_York'],
  ['Asia/Kolkata', 'Asia/Kolkata'],
  ['UTC', 'UTC'],
])('reads the zone %s as %s', (name, zone) => {
  expect(readTimeZone(name)).toBe(zone);
});

test.each(['', 'Mars/Olympus', '+01:00', 'Europe/Berlin; drop', 'x'.repeat(100_000), '\0'])(
  'knows no zone %j',
  (name) => {
    expect(readTimeZone(name)).toBeUndefined();
  },
);
