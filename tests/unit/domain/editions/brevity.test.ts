import { describe, expect, test } from 'vitest';

import {
  countWords,
  formatReadingTime,
  readingMinutes,
  wordsIn,
} from '../../../../src/domain/editions/brevity.ts';
import type { Digest, Inline } from '../../../../src/domain/editions/digest.ts';

const at = { line: 1, column: 1 };
const text = (value: string): Inline[] => [{ kind: 'text', value }];

describe('brevity', () => {
  test.each([
    ['', 0],
    ['one', 1],
    ["It's $2.4 million — not a well-known sum.", 7],
    ['  spaced \n out\t', 2],
    ['... — !', 0],
    ['日本語の文章', 3],
    ['สวัสดีชาวโลก', 3],
  ])('%j has %i words', (value, expected) => {
    expect(wordsIn(value)).toBe(expected);
  });

  test('counts what is read and not what is only there', () => {
    const digest: Digest = {
      date: '2026-11-23',
      subject: 'Not counted',
      editor: 'Not Counted',
      greeting: [{ kind: 'paragraph', content: text('Good morning.'), at }],
      sections: [
        {
          kind: 'lead',
          kicker: '1 big thing:',
          headline: 'Two words',
          section: 'Not counted',
          credit: text('Not counted'),
          at,
          blocks: [
            { kind: 'image', src: 'x.jpg', alt: 'Not counted', credit: text('Not counted'), at },
            { kind: 'paragraph', leadIn: 'Why it matters:', content: text('Because.'), at },
            {
              kind: 'list',
              ordered: false,
              items: [{ content: text('a b') }, { leadIn: 'c:', content: text('d') }],
              at,
            },
            {
              kind: 'quote',
              paragraphs: [text('e f'), [{ kind: 'link', url: 'https://x.example', children: text('g') }]],
              at,
            },
            { kind: 'go-deeper', text: 'Go deeper', url: 'https://x.example', at },
          ],
        },
        {
          kind: 'dashboard',
          title: 'Heat',
          entries: [{ label: 'Politics:', items: [{ content: text('h i') }], at }],
          at,
        },
        { kind: 'sponsor', name: 'Not counted', blocks: [{ kind: 'paragraph', content: text('j'), at }], at },
      ],
    };

    expect(countWords(digest)).toBe(2 + 3 + 2 + 4 + 4 + 3 + 2 + 1 + 3 + 1);
  });

  test.each([
    [0, '½ min'],
    [132, '½ min'],
    [265, '1 min'],
    [398, '1½ mins'],
    [1189, '4½ mins'],
    [1325, '5 mins'],
  ])('%i words take %s', (words, expected) => {
    expect(formatReadingTime(readingMinutes(words))).toBe(expected);
  });
});
