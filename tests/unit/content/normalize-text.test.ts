import fc from 'fast-check';
import { expect, test } from 'vitest';

import { normalizeText } from '../../../src/content/normalize-text.ts';

const unchanged = fc.constantFrom('a', 'B', ' ', '\n', '7', '#', '-', '\t', '\u{1F44D}');
const changed = fc.constantFrom(
  '\u00AD',
  '\u200B',
  '\u2028',
  '\u000B',
  '\uFB01',
  '\uFB03',
  '\uF0B7',
  '\u00A0',
  'o\t',
);

test('every character of the text is found again in the original', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(unchanged, changed), { maxLength: 40 }), (pieces) => {
      const raw = pieces.join('');
      const { text, original } = normalizeText(raw);
      for (const { 0: character, index } of text.matchAll(/[aB\n7#-]/gu)) {
        expect(raw[original(index)]).toBe(character);
      }
    }),
  );
});

test('a text without such characters is left as it is', () => {
  const raw = 'o one\nThe office\u00A0– 5\u202F% \u200E(abc)';
  expect(normalizeText(raw)).toMatchObject({ text: raw, count: 0 });
});
