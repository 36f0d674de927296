import { describe, expect, test } from 'vitest';

import { parseDigest } from '../../../src/content/parse-digest.ts';

const frontMatter = '---\ndate: 2026-11-23\nsubject: x\n---\n';

const seeds = [
  [
    '*',
    '*a ',
    '*a_',
    '**a _b ',
    'a***b**c*',
    '*a**a*b**c',
    '_',
    '[',
    '![',
    '[a](',
    '[a](b',
    ']',
    '[a][',
    '`',
    '`` ` ',
  ],
  [
    '<',
    '<a ',
    '<!--',
    '&',
    '&a;',
    '\\',
    '[](((((',
    ' ',
    '  \\\n',
    '[a]: <',
    '[a]: b\n',
    '[a]\n',
    'a\n',
    '# a\n',
  ],
  [
    '## a\n{',
    '## a\n{a="b"\n',
    '>',
    '> ',
    '>a\n',
    '- ',
    '- a\n',
    '1. ',
    '-\n',
    '- > ',
    '- a\n  - a\n',
    ':::a\n',
    ':::',
  ],
  [
    ':::dashboard\n',
    ':::dashboard[a]{b=c}\n1. x\n:::\n',
    ':::sponsor{a="',
    '::a\n',
    ':',
    '<div>\n',
    '<p>',
    '<b>',
    '<ul><li>',
    '<a href="b">',
    '<blockquote>\n\n',
    '<p>a</p>\n\n',
    '<h1>a</h1>',
    '# a\n\n',
    'a\n---\n',
    '**a**\n\n',
    '> - a\n\n',
    '• a\n',
    '🚆 a\n',
    'a {#b}\n\n',
    '![a](b)\nc\n',
    '```\n',
    '~~~',
  ],
  [
    '\t',
    '>\t',
    '\n\n',
    '{',
    '{section=',
    '\u202E',
    '\0',
    '![a](b)\n\n',
    'http://a.b/',
    '\r',
    '😀',
    '&#x202e;',
  ],
  [
    '*a_'.repeat(90) + '\n\n',
    'a***b**c*'.repeat(35) + '\n\n',
    '`a'.repeat(2000) + '\n\n',
    '](a'.repeat(1300) + '\n\n',
  ],
  [
    '? ',
    '[[],',
    '- - ',
    '&a ',
    '"',
    '{"a":',
    "'",
    '!a ',
    '%a\n',
    'a:\n',
    'a: ',
    '---\n',
    '"\\u0041',
    '{"a":1},',
  ],
].flat();

/** What a mark is repeated inside of. */
const heads = {
  markdown: [
    `${frontMatter}## a

`,
    `${frontMatter}:::dashboard[a]
1. `,
  ],
  yaml: ['', 'date: 2026-11-23\ngreeting: |\n  '],
  json: ['', '{"date": "'],
} as const;

describe.each(['markdown', 'yaml', 'json'] as const)('64 KB of hostile %s', (format) => {
  test.each(seeds.map((seed) => ({ seed, mark: seed.slice(0, 12) })))(
    'of $mark are read, or refused with a reason, and hang nothing',
    ({ seed }) => {
      for (const head of heads[format]) {
        const text = (head + seed.repeat(Math.ceil(65_536 / seed.length))).slice(0, 65_000);
        // Unguarded, some of these take minutes or end the process.
        const { digest, problems } = parseDigest({ text, file: 'a', format });

        expect(digest !== undefined || problems.some(({ severity }) => severity === 'error')).toBe(true);
      }
    },
  );
});
