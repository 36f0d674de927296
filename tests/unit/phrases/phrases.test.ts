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

const docsFolder = join(import.meta.dirname, '../../../docs');
const nameOf = new Intl.DisplayNames('en', { type: 'language' });

test.each(languages.map(({ language }) => [language, nameOf.of(language) ?? '']))(
  'docs/publication.md lists `%s`, and docs/pages.md lists %s',
  (language, name) => {
    expect(readFileSync(join(docsFolder, 'publication.md'), 'utf8')).toContain(`\`${language}\``);
    expect(readFileSync(join(docsFolder, 'pages.md'), 'utf8')).toContain(name);
  },
);

describe.each(languages.filter((one) => one !== english).map((one) => [one.language, one] as const))(
  'the phrases of %s',
  (_, phrases) => {
    test.each(['pages', 'edition', 'outcomes'] as const)('translate every text of the %s', (part) => {
      const same = new Set(['name', 'newsletters', 'image', 'comma']);
      const untranslated = Object.entries(phrases[part]).filter(
        ([key, value]) =>
          typeof value === 'string' &&
          (value === '' || (value === Reflect.get(english[part], key) && !same.has(key))),
      );

      expect(untranslated).toEqual([]);
    });

    test('translate what a new publication begins with', () => {
      const own = phrases.publication;
      const inEnglish = english.publication;

      for (const key of ['description', 'reason'] as const) {
        expect(own[key]('First Kettle')).toContain('First Kettle');
        expect(own[key]('First Kettle')).not.toBe(inEnglish[key]('First Kettle'));
      }
      for (const key of ['subject', 'preheader', 'lead', 'brief'] as const) {
        expect(own.firstDigest[key]).not.toEqual(inEnglish.firstDigest[key]);
      }
    });

    test.each(['vagueLinks', 'goDeeper', 'whyItMatters', 'leadIns', 'fillers'] as const)(
      'have words of their own for the checks: %s',
      (key) => {
        expect(phrases.edition[key].length).toBeGreaterThan(0);
        expect(phrases.edition[key]).not.toEqual(english.edition[key]);
      },
    );

    test('contain the name in every sentence about it', () => {
      const sentences = Object.entries(phrases.pages).filter(
        (entry) => typeof entry[1] === 'function' && entry[1].length === 1,
      );

      expect(sentences.length).toBeGreaterThan(3);
      for (const [, sentence] of sentences) {
        expect(Reflect.apply(sentence as (name: string) => string, undefined, ['First Kettle'])).toContain(
          'First Kettle',
        );
      }
    });

    test.each(['confirm', 'welcome', 'manage'] as const)('have a whole %s mail of their own', (kind) => {
      const mail = phrases.mails[kind](publication);
      const inEnglish = english.mails[kind](publication);

      expect(mail.subject).toContain('First Kettle');
      expect(mail.button).not.toBe('');
      expect(mail.button).not.toBe(inEnglish.button);
      expect(mail.paragraphs).toHaveLength(inEnglish.paragraphs.length);
    });
  },
);
