import { describe, expect, test } from 'vitest';

import { checkSpelling } from '../../../src/content/spelling/check-spelling.ts';
import { findSpeller } from '../../../src/content/spelling/find-dictionary.ts';
import { lintSpelling } from '../../../src/content/spelling/lint-spelling.ts';
import { parseDictionary } from '../../../src/content/spelling/parse-dictionary.ts';
import { createSpeller } from '../../../src/content/spelling/speller.ts';
import type { Speller } from '../../../src/content/spelling/speller.ts';
import { toWords } from '../../../src/content/spelling/word-list.ts';
import { formatPlace } from '../../../src/domain/editions/problem.ts';
import { digestOf } from './digest-text.ts';

async function spellerOf(language: string): Promise<Speller> {
  const speller = await findSpeller(language);
  if (speller === undefined) throw new Error(`There is no dictionary of ${language}.`);
  return speller;
}

/** 0 -> "a", 26 -> "ba": words that differ. */
const toLetters = (n: number): string =>
  [...n.toString(26)].map((digit) => String.fromCharCode(97 + Number.parseInt(digit, 26))).join('');

const wordsIn = (text: string) => text.match(/\p{L}[\p{L}\p{M}]*(?:['’-]\p{L}+)*/gu) ?? [];

describe('a text without a mistake', () => {
  test.each([
    [
      'en',
      "The storms aren't early; they're late, and we've seen the operators' plans. Mayors won't say what's next.",
    ],
    ['en-GB', 'The harbour lights were dimmed, and the programme was cancelled.'],
    [
      'de',
      'Der erste Wintersturm erreichte die Küste früher als erwartet. Die Stadtverwaltung öffnete zwei Notunterkünfte, und die Fährverbindungen würden am Donnerstagmorgen eingestellt. Geschwindigkeitsbegrenzungen gelten weiterhin.',
    ],
    [
      'fr',
      "La première tempête de l'hiver a atteint la côte plus tôt que prévu. La mairie a ouvert deux abris d'urgence. Nous lisons l’actualité ; elles viendraient, ils mangeaient, nous allions.",
    ],
    [
      'es',
      'La primera tormenta del invierno llegó a la costa antes de lo previsto. Díganos qué le interesa. Las calles quedaron vacías.',
    ],
    [
      'it',
      "La prima tempesta dell'inverno ha raggiunto la costa. Nessuno può promettere che le luci restino accese. Risponda e leggeremo.",
    ],
  ])('has only words that are known in %s', async (language, text) => {
    const speller = await spellerOf(language);

    expect(wordsIn(text).filter((word) => !speller.isKnown(word))).toEqual([]);
  });
});

describe('a typing error', () => {
  test.each([
    ['en', 'recieve', 'receive'],
    ['en', 'teh', 'the'],
    ['en', 'Occured', 'Occurred'],
    ['en', 'definately', 'definitely'],
    ['de', 'falshc', 'falsch'],
    ['de', 'Strase', 'Straße'],
    ['fr', 'premiere', 'première'],
    ['es', 'mañanna', 'mañana'],
    ['it', 'sbagliatto', 'sbagliato'],
  ])('is found in %s with a correction: %s', async (language, wrong, right) => {
    const speller = await spellerOf(language);

    expect(speller.isKnown(wrong)).toBe(false);
    expect(speller.suggest(wrong)).toContain(right);
  });
});

test.each([
  ['en', ['colr', 'spelling 7']],
  ['en-US', ['grey', 'harbour', 'colr', 'spelling 7']],
])(
  'in %s a spelling of another region is a mistake only if a region is named',
  async (language, expected) => {
    const digest = digestOf(
      '---\ndate: 2026-11-23\nsubject: Ferries go quiet\n---\n## Ferries go quiet\n\nThe grey boats of the harbour have a gray color and no colr.\n',
    );
    const problems = await checkSpelling({
      digest,
      publication: { language, checks: {}, name: 'A' },
      dir: '/nowhere',
      file: 'a.md',
    });

    const found = problems.map(({ message }) => /"(\w+)"/u.exec(message)?.[1]);
    expect([...found, ...new Set(problems.map(({ rule, line }) => `${rule} ${line}`))]).toEqual(expected);
  },
);

test('affixes are taken off by the rules of the dictionary: conditions, both ends, flags of suffixes, none', () => {
  const aff = `SET UTF-8
NEEDAFFIX X
FORBIDDENWORD F
ONLYINCOMPOUND C
PFX U Y 1
PFX U 0 un .
SFX S Y 2
SFX S y ies [^aeiou]y
SFX S 0 s [aeiou]y
SFX D N 1
SFX D 0 ed/E .
SFX E N 1
SFX E 0 ly .
`;
  const dic = '7\npony/S\nboy/S\ntie/UD\nstem/XS\nponys/F\npart/C\nu/v\\/w/S\n';
  const speller = createSpeller(parseDictionary(aff, dic));
  const known = (word: string) => speller.isKnown(word);

  expect(
    ['pony', 'ponies', 'Ponies', 'PONIES', 'boys', 'untie', 'tieed', 'tieedly'].filter((w) => !known(w)),
  ).toEqual([]);
  expect(['ponyies', 'boies', 'ponys', 'stem', 'part', 'unpony', 'tiely', 'untieed'].filter(known)).toEqual(
    [],
  );
});

describe('the spelling of a digest', () => {
  const findings = async (body: string, front = '', words: readonly string[] = []) => {
    const digest = digestOf(
      `---\ndate: 2026-11-23\nsubject: Ferries go quiet\n${front}---\n## Ferries go quiet\n\n${body}\n`,
    );
    const speller = await spellerOf('en');
    return lintSpelling({ digest, speller, words: toWords(words), file: 'a.md' }).map(
      (problem) => `${formatPlace(problem)} ${problem.rule} ${problem.severity}`,
    );
  };

  test('is reported once for a word, with its line', async () => {
    expect(await findings('The boats slwo down.\n\nThey slwo down.')).toEqual(['a.md:7:1 spelling warning']);
  });

  test('takes a word with a capital for a name, and a name that stands twice for right', async () => {
    expect(await findings('Mayor Zbigniewska spoke.')).toEqual(['a.md:7:1 spelling-name note']);
    expect(await findings('Mayor Zbigniewska spoke. Then Zbigniewska left.')).toEqual([]);
  });

  test.each([
    ['names of the digest', 'names: [Ana Zbigniewska]\n', []],
    ['the editor', 'editor: Zbigniewska\n', []],
    ['the word list', '', ['# names', 'Zbigniewska # mayor']],
  ])('takes %s for right, possessive too', async (_, front, words) => {
    expect(await findings("Zbigniewska's boat sank.", front, words)).toEqual([]);
  });

  test.each([
    ['a word of 200,000 letters', 'sees'.repeat(50_000)],
    [
      '20,000 words that nobody knows',
      Array.from({ length: 20_000 }, (_, n) => `xq${toLetters(n)}`).join(' '),
    ],
    ['marks on marks', `a${'\u0301'.repeat(100_000)}`],
    ['apostrophes', `a${"'a".repeat(50_000)}`],
  ])('ends for %s, with at most 200 findings', async (_, body) => {
    for (const language of ['en', 'de']) {
      const speller = await spellerOf(language);
      const at = { line: 1, column: 1 };
      const digest = {
        ...digestOf('---\ndate: 2026-11-23\nsubject: Ferries\n---\n## Ferries go\n\nText.\n'),
        greeting: [{ kind: 'paragraph' as const, content: [{ kind: 'text' as const, value: body }], at }],
      };

      const found = lintSpelling({ digest, speller, words: new Set(), file: 'a.md' });

      expect(found.length).toBeLessThanOrEqual(200);
    }
  });

  test.each([
    'See example.org/xqzt and mail ask@xqzt.example or @xqzt, #xqzt.',
    'NATO and the UNHCR met; the iPhone and WWII, 5G and Q3x.',
    'Run `xqzt --help` first.',
    '![A boat in fog](xqzt.png "Photo: Xqzt Zvrk")',
    'A well-known, re-opened e-mail list in mid-November.',
  ])('leaves alone what is no word: %s', async (body) => {
    expect(await findings(body)).toEqual([]);
  });
});
