import { describe, expect, test } from 'vitest';

import { phrasesFor } from '../../../src/phrases/page-phrases.ts';

const english = phrasesFor('en');

test.each([
  ['de-AT', 'de'],
  ['FR', 'fr'],
  ['ar-EG', 'ar'],
  ['pt-BR', 'en'],
  ['', 'en'],
])('the language %o is spoken as %o', (asked, spoken) => {
  expect(phrasesFor(asked).language).toBe(spoken);
});

describe.each(['de', 'es', 'fr', 'ar'])('in %s', (language) => {
  const entries = Object.entries(phrasesFor(language));

  test('nothing is left empty or in English', () => {
    const same = new Set(['name', 'direction', 'newsletters']);
    const untranslated = entries.filter(
      ([key, value]) =>
        typeof value === 'string' &&
        (value === '' || (value === Reflect.get(english, key) && !same.has(key))),
    );

    expect(untranslated).toEqual([]);
  });

  test('every sentence says the name that it is about', () => {
    const sentences = entries.filter((entry) => typeof entry[1] === 'function' && entry[1].length === 1);

    expect(sentences.length).toBeGreaterThan(3);
    for (const [, say] of sentences) expect(say('First Kettle')).toContain('First Kettle');
  });
});
