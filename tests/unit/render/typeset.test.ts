import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { phrasesFor } from '../../../src/phrases/phrases-for.ts';
import { typeset } from '../../../src/render/typography/typeset.ts';

function set(text: string, language = 'en'): string {
  return typeset([text], phrasesFor(language).edition.typography).join('');
}

describe('in English', () => {
  test.each([
    ['"We are early," he said.', '“We are early,” he said.'],
    ["He said: \"It's 'very' early.\"", 'He said: “It’s ‘very’ early.”'],
    ["the readers' letters and the editor's answers", 'the readers’ letters and the editor’s answers'],
    ["the '90s, rock 'n' roll, 'tis so", 'the ’90s, rock ’n’ roll, ’tis so'],
    ['she is 6\'2" and has a 15" screen', 'she is 6\'2" and has a 15" screen'],
    ['("Yes") ["no"] —"maybe"', '(“Yes”) [“no”] —“maybe”'],
    ['"She said \'yes\'" and \'"no"\' and ("in \'it\'")', '“She said ‘yes’” and ‘“no”’ and (“in ‘it’”)'],
    ['the l\'"affair" of "the dogs\'", they say', 'the l’“affair” of “the dogs’”, they say'],
    ["in '08, '26/'27 and '12 men,' he said", 'in ’08, ’26/’27 and ‘12 men,’ he said'],
    ["-- Who's there?", '— Who’s there?'],
    ['a lone " between words', 'a lone " between words'],
    ['wait... what', 'wait… what'],
    ['wait.... what, ../up and .../x', 'wait.... what, ../up and .../x'],
    ['storms -- and more--came', 'storms — and more—came'],
    ['pages 10--20', 'pages 10–20'],
    ['run it with --all or -v', 'run it with --all or -v'],
    ["https://example.org/it's--a...b stays", "https://example.org/it's--a...b stays"],
    ['write to o"neil@example.org', 'write to o”neil@example.org'],
    ['“Typed” as it should be’s', '“Typed” as it should be’s'],
    ['$1,000 & 5% -- $& $1', '$1,000 & 5% — $& $1'],
  ])('%s', (typed, expected) => {
    expect(set(typed)).toBe(expected);
  });
});

test.each([
  ['de', "„Früh“, sagte er -- 'so früh'.", '„Früh“, sagte er – ‚so früh‘.'],
  ['de', '"Früh", sagte er, "und \'zu\' früh."', '„Früh“, sagte er, „und ‚zu‘ früh.“'],
  ['de', "'s ist 'ne 'gute' Sache", '’s ist ’ne ‚gute‘ Sache'],
  ['fr', "le rock 'n' roll des '90s, 'round' et 'em'", 'le rock ’n’ roll des ’90s, “round” et “em”'],
  ['fr', 'Il dit "oui" et l\'eau', 'Il dit «\u202Foui\u202F» et l’eau'],
  ['es', '"Ya", dijo', '“Ya”, dijo'],
  ['it', 'l\'acqua "fredda"', 'l’acqua “fredda”'],
  ['fr', '"Il a dit \'oui\'", dit-elle', '«\u202FIl a dit “oui”\u202F», dit-elle'],
  ['he', 'צה"ל אמר "כן" לג\'ירפה', 'צה"ל אמר “כן” לג\'ירפה'],
  ['ar', 'قال "نعم" اليوم', 'قال «نعم» اليوم'],
  ['pl', '"Tak"', '“Tak”'],
])('in %s: %s', (language, typed, expected) => {
  expect(set(typed, language)).toBe(expected);
});

test('a mark is understood across the parts that formatting cuts a paragraph into', () => {
  const { typography } = phrasesFor('en').edition;

  expect(typeset(['He said "', 'very', '" early, and "', '\uFFFC', '".'], typography)).toEqual([
    'He said “',
    'very',
    '” early, and “',
    '\uFFFC',
    '”.',
  ]);
});

test('whatever is typed, only these marks change', () => {
  const piece = fc.constantFrom(
    '"',
    "'",
    '--',
    '...',
    '.',
    '-',
    ' ',
    '\n',
    'word',
    '10',
    '(',
    ')',
    'ü',
    '@',
    '://',
    'شيء',
  );
  const pieces = fc.array(
    fc.array(piece, { maxLength: 12 }).map((parts) => parts.join('')),
    { maxLength: 6 },
  );
  fc.assert(
    fc.property(pieces, fc.constantFrom('en', 'de', 'fr', 'ar'), (typed, language) => {
      const { typography } = phrasesFor(language).edition;
      const result = typeset(typed, typography);

      expect(result).toHaveLength(typed.length);
      expect(plain(result.join(''))).toBe(plain(typed.join('')));
    }),
    { numRuns: 1_000 },
  );
});

/** Without what typography may change. */
function plain(text: string): string {
  return text.replaceAll(/["'“”„‘’‚«»‹›…—–.\-\u202F]/gu, '');
}
