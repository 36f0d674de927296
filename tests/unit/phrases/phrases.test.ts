import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { languages, phrasesFor } from '../../../src/phrases/phrases-for.ts';

const english = phrasesFor('en');
const publication = { name: 'First Kettle', description: 'The morning in five minutes.' };

test.each([
  ['de-AT', 'de'],
  ['FR', 'fr'],
  ['ar-EG', 'ar'],
  ['pt-BR', 'en'],
  ['', 'en'],
])('the language tag %o gets the phrases of %o', (tag, language) => {
  expect(phrasesFor(tag).language).toBe(language);
});

test('every language is listed once', () => {
  expect(new Set(languages.map(({ language }) => language)).size).toBe(languages.length);
});

test('docs/publication.md lists every language with its name and tag in the row of `language`, and no other', () => {
  const docs = readFileSync(join(import.meta.dirname, '../../../docs/publication.md'), 'utf8');
  const row = docs.split('\n').find((line) => line.startsWith('| `language` |')) ?? '';
  const listed = [...row.matchAll(/\p{Lu}\p{L}+ \(`[a-z]+`\)/gu)].map(([found]) => found);
  const nameOf = new Intl.DisplayNames('en', { type: 'language' });

  expect(listed.toSorted()).toEqual(
    languages.map(({ language }) => `${nameOf.of(language)} (\`${language}\`)`).toSorted(),
  );
});

/** Places whose text may be that of English: the language has the same word, or only joins names and moments. */
const mayBeEnglish = new Set([
  'edition.comma',
  'edition.image',
  'pages.comma',
  'pages.momentInZone',
  'pages.name',
]);

/** Keys of tags and marks. */
const notTexts = new Set(['language', 'direction', 'typography']);

describe.each(languages.filter((one) => one !== english).map((one) => [one.language, one] as const))(
  'the phrases of %s',
  (_, phrases) => {
    test('leave no text in English, and none empty', () => {
      const inEnglish = new Map(textsOf(english));
      const untranslated = textsOf(phrases).filter(
        ([place, text]) => text === '' || (text === inEnglish.get(place) && !mayBeEnglish.has(place)),
      );

      expect(untranslated, 'Translate these, or name the place in `mayBeEnglish`.').toEqual([]);
    });

    test('contain the name in every sentence about it', () => {
      const sentences = Object.entries({ ...phrases.publication, ...phrases.pages }).filter(
        (entry) => typeof entry[1] === 'function' && entry[1].length === 1,
      );

      expect(sentences.length).toBeGreaterThan(5);
      for (const [, sentence] of sentences) {
        expect(Reflect.apply(sentence as (name: string) => string, undefined, ['First Kettle'])).toContain(
          'First Kettle',
        );
      }
    });

    test.each(['confirm', 'welcome', 'manage'] as const)('have a whole %s mail', (kind) => {
      const mail = phrases.mails[kind](publication);

      expect(mail.subject).toContain('First Kettle');
      expect(mail.paragraphs).toHaveLength(english.mails[kind](publication).paragraphs.length);
    });
  },
);

type Placed = readonly [place: string, text: string];

/** Every text by its place. A list of words is one text; a function is called with names and moments. */
function textsOf(value: unknown, place = ''): readonly Placed[] {
  if (typeof value === 'string') return [[place, value]];
  if (typeof value === 'function') {
    const given = place.startsWith('mails.') ? [publication] : ['First Kettle', '6:00', 'Chicago'];
    return textsOf(Reflect.apply(value, undefined, given), place);
  }
  if (Array.isArray(value) && !place.startsWith('mails.')) return [[place, value.join(', ')]];
  return Object.entries(value as object).flatMap(([key, child]) =>
    notTexts.has(key) ? [] : textsOf(child, place === '' ? key : `${place}.${key}`),
  );
}
