import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { createVerp } from '../../../src/secrets/verp.ts';

const verp = createVerp({ secrets: ['first secret'] });
const now = new Date('2026-11-23T12:00:00Z');
const delivery = { editionId: 7, subscriberId: 42 };
const address = verp.address({ ...delivery, domain: 'news.example.org', now });

function daysLater(days: number): Date {
  return new Date(now.getTime() + days * 86_400_000);
}

describe('E1: an envelope sender', () => {
  test('keeps to 64 octets before the @ and to 254 in all under the longest domain', () => {
    const domain = `${'a'.repeat(63)}.${'b'.repeat(63)}.${'c'.repeat(58)}.org`;
    const longest = verp.address({ editionId: 2 ** 48 - 1, subscriberId: 2 ** 48 - 1, domain, now });

    expect(longest.indexOf('@')).toBe(55);
    expect(longest.length).toBeLessThanOrEqual(254);
  });

  test('a VERP address identifies its delivery in any letter case, and only with the secret', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), fc.func(fc.boolean()), (editionId, subscriberId, isUpper) => {
        const sent = verp.address({ editionId, subscriberId, domain: 'news.example.org', now });
        const returned = Array.from(sent, (letter) => (isUpper(letter) ? letter.toUpperCase() : letter)).join(
          '',
        );

        expect(sent).toBe(sent.toLowerCase());
        expect(verp.parse(returned, now)).toEqual({ editionId, subscriberId });
      }),
      { numRuns: 200 },
    );
  });

  test('is refused when any one character of it is changed', () => {
    const at = address.indexOf('@');

    for (let index = 0; index < at; index += 1) {
      const other = address[index] === 'x' ? 'y' : 'x';
      const forged = address.slice(0, index) + other + address.slice(index + 1);
      expect(verp.parse(forged, now)).toBeUndefined();
    }
  });

  test.each([
    [0, true],
    [60, true],
    [61, false],
    [3_650, false],
    [-1, true],
    [-2, false],
  ])('is read %i days after it was made: %s', (days, isRead) => {
    expect(verp.parse(address, daysLater(days)) !== undefined).toBe(isRead);
  });

  test.each([
    ['an empty one', ''],
    ['a person', 'ada@example.com'],
    ['a prefix alone', 'bounce-@news.example.org'],
    ['one with something before it', `x${address}`],
    ['one cut short', address.slice(0, 40)],
    ['one with a line end', address.replace('@', '\r\n@')],
    ['one of ten megabytes', `bounce-${'a'.repeat(10_000_000)}@news.example.org`],
  ])('is not %s', (_, text) => {
    expect(verp.parse(text, now)).toBeUndefined();
  });

  test('made before a rotation is still read', () => {
    const rotated = createVerp({ secrets: ['second secret', 'first secret'] });

    expect(rotated.parse(address, now)).toEqual(delivery);
    expect(createVerp({ secrets: ['second secret'] }).parse(address, now)).toBeUndefined();
  });
});
