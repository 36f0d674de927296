import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { SeenSet } from '../../../../src/domain/subscribers/seen-set.ts';

test('says of each text whether it is new, as a set of texts would', () => {
  const texts = fc.string({ unit: fc.constantFrom('a', 'b', 'ä', '\0', '😀'), maxLength: 4 });
  fc.assert(
    fc.property(fc.array(texts, { maxLength: 300 }), (all) => {
      const seen = new SeenSet();
      const expected = new Set<string>();

      for (const text of all) {
        expect(seen.add(text)).toBe(!expected.has(text));
        expected.add(text);
      }
    }),
  );
});

test('mixes up none of 200,000 similar addresses while it grows', () => {
  const seen = new SeenSet();

  for (let index = 0; index < 200_000; index += 1) {
    if (!seen.add(`reader${index}@mail${index % 7}.example.org`))
      throw new Error(`${index} is taken for another`);
  }

  expect(seen.add('reader0@mail0.example.org')).toBe(false);
  expect(seen.add('reader199999@mail2.example.org')).toBe(false);
});
