import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { repairAddress } from '../../../../src/domain/subscribers/repair-address.ts';

test.each([
  ['jo@example.org', 'jo@example.org'],
  [' jo@example.org\u200b', 'jo@example.org'],
  ['mailto:jo@example.org', 'jo@example.org'],
  ['Jo Park <jo@example.org>', 'jo@example.org'],
  ["'jo@example.org'", 'jo@example.org'],
  ['jo@example.org.', 'jo@example.org'],
  ['jo@example.org..', 'jo@example.org..'],
])('repairs %j as %j', (text, address) => {
  expect(repairAddress(text)).toBe(address);
});

test('leaves an address alone that needs no repair, as it would behind a blank', () => {
  const texts = fc.string({
    unit: fc.constantFrom('a', '@', '.', '-', "'", ':', 'mailto:', '<', '>'),
    maxLength: 9,
  });
  fc.assert(
    fc.property(texts, (text) => {
      expect(repairAddress(text)).toBe(repairAddress(` ${text}`));
    }),
    { numRuns: 2_000 },
  );
});
