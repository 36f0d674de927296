import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { cleanName } from '../../../../src/domain/subscribers/clean-name.ts';

test.each([
  ['Jo Park', 'Jo Park'],
  ['  Jo \t\r\n Park ', 'Jo Park'],
  ['Jo\0\u0007Park', 'JoPark'],
  ['Jo\u202e\u2066Park', 'JoPark'],
  ['Jo\u2028Park', 'Jo Park'],
  ['Jo\u0308rg', 'Jörg'],
  ['نام\u200cخانوادگی', 'نام\u200cخانوادگی'],
  ['👩\u200d🚀', '👩\u200d🚀'],
  ['Jo\ud800', 'Jo'],
  ['{{name}} </script>', '{{name}} </script>'],
  ['', ''],
])('keeps the name %j as %j', (text, name) => {
  expect(cleanName(text)).toBe(name);
});

test('keeps 100 characters of a name of 10 MB', () => {
  expect(cleanName('😀'.repeat(2_500_000))).toBe('😀'.repeat(100));
});

test('gives one line of at most 100 visible characters, and the same when asked again', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
      const name = cleanName(text);

      expect(cleanName(name)).toBe(name);
      expect(Array.from(name).length).toBeLessThanOrEqual(100);
      expect(name).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u202a-\u202e\u2066-\u2069]/u);
      expect(name).toBe(name.trim());
    }),
    { numRuns: 2_000 },
  );
});

test('keeps a name of plain words as it cleans any other', () => {
  const names = fc.string({
    unit: fc.constantFrom('a', 'É', 'ž', ' ', '×', '😀', '\u00ad', '\u0308'),
    maxLength: 8,
  });
  const long = fc.constantFrom('', 'b'.repeat(95), 'c d '.repeat(26));
  fc.assert(
    fc.property(names, long, (name, end) => {
      // The blank before it is removed, so both must end alike.
      expect(cleanName(name + end)).toBe(cleanName(` ${name}${end}`));
    }),
    { numRuns: 2_000 },
  );
});
