import { describe, expect, test } from 'vitest';

import { lintDigest } from '../../../src/content/lint-digest.ts';
import type { Publication } from '../../../src/domain/editions/publication.ts';
import { samplePublication } from '../../support/content/sample-publication.ts';
import { digestOf, frontMatter, places, storyText } from './digest-text.ts';

/** Good in every respect but those a test is about. */
const head = '---\ndate: 2026-11-23\nsubject: A subject\npreheader: Plus, more\n---\n';

function lint(text: string, publication: Partial<Publication> = {}): readonly string[] {
  const digest = digestOf(text);
  return places({
    problems: lintDigest({
      digest,
      publication: { ...samplePublication, ...publication },
      file: 'a.md',
    }).filter(({ severity }) => severity !== 'note'),
  });
}

const lintHead = (lines: string): readonly string[] =>
  lint(`---\ndate: 2026-11-23\n${lines}\n---\n## A\n\nb\n`);
const lintStory = (text: string): readonly string[] => lint(`${head}## A\n\n${text}\n`);
const words = (count: number): string =>
  Array.from({ length: count }, (_, index) => (index % 2 === 0 ? 'word' : 'other')).join(' ');

test('a good digest passes', () => {
  expect(lintStory('A paragraph with [the plan of the operators](https://a.example).')).toEqual([]);
});

describe('the inbox lines', () => {
  test.each([
    ['subject: A\npreheader: B', []],
    ['subject: A', ['preheader-missing 3:10']],
    [`subject: ${'x'.repeat(78)}\npreheader: B`, []],
    [`subject: ${'x'.repeat(79)}\npreheader: B`, ['subject-too-long 3:10']],
    [`subject: ${'👩‍👩‍👧'.repeat(12)}\npreheader: B`, []],
    [`subject: A\npreheader: ${'x'.repeat(111)}`, ['preheader-too-long 4:12']],
    ['subject: The same!\npreheader: the  same', ['preheader-repeats-subject 4:12']],
  ])('%j: %j', (lines, expected) => {
    expect(lintHead(lines)).toEqual(expected);
  });
});

test('what is still to be written is an error alone, without advice on its length and words', () => {
  const digest = digestOf(
    '---\ndate: 2026-11-23\nsubject: TK\npreheader: TK\n---\n## A\n\n![TK](images/TK.jpg "Photo: A")\n\nb\n',
  );

  const problems = lintDigest({ digest, publication: samplePublication, file: 'a.md' });

  const rules = problems.filter(({ severity }) => severity !== 'note').map(({ rule }) => rule);
  expect(rules).toEqual(['placeholder', 'placeholder', 'placeholder']);
  expect(problems.map(({ rule }) => rule)).not.toContain('subject-too-short');
  expect(problems.map(({ rule }) => rule)).not.toContain('preheader-too-short');
});

test('a headline that is a link is checked for where it leads', () => {
  const linked = (url: string) => lint(`${head}## [A bridge opens](${url})\n\nb\n`);

  expect(linked('https://a.example/b?id=7')).toEqual([]);
  expect(linked('https://a.example/b?id=7&utm_source=rss')).toEqual(['link-tracking 6:1']);
  expect(linked('https://bit.ly/b')).toEqual(['link-shortened 6:1']);
  expect(linked('http://192.168.0.7/b')).toEqual(['link-not-public 6:1']);
});

describe('brevity', () => {
  test.each([
    [words(80), []],
    [words(81), ['paragraph-too-long 8:1']],
    [Array.from({ length: 5 }, () => words(50)).join('\n\n'), []],
    [Array.from({ length: 5 }, () => words(51)).join('\n\n'), ['story-too-long 6:1']],
    ['**Yes, but:** a\n\n**Yes, but:** b', ['lead-in-repeated 10:1']],
    ['- **Mon:** a\n- **Mon:** b', []],
  ])('of a story: %#', (text, expected) => {
    expect(lintStory(text)).toEqual(expected);
  });

  test('of a headline', () => {
    expect(lint(`${head}## ${'x'.repeat(90)}\n\nb\n`)).toEqual([]);
    expect(lint(`${head}## ${'x'.repeat(91)}\n\nb\n`)).toEqual(['headline-too-long 6:1']);
  });

  test('of the whole edition, a fifth above its target', () => {
    const text = `${head}${words(60)}\n\n## A\n\n${words(59)}\n`;

    expect(lint(text, { targetWords: 100 })).toEqual([]);
    expect(lint(text, { targetWords: 99 })).toEqual(['edition-too-long 3:10']);
  });

  test('of a dashboard', () => {
    expect(lint(`${head}## A\n\nb\n\n:::dashboard[C]\n1. d\n:::\n`)).toEqual(['dashboard-single 10:1']);
  });
});

describe('links', () => {
  test.each([
    'here',
    'Click here',
    'click  here',
    'Read more »',
    'READ MORE',
    'Learn more...',
    'this link',
    '→',
  ])('the words %j shut out who hears them', (text) => {
    const digest = digestOf(storyText(`a [${text}](https://a.example) b`));
    const problem = lintDigest({ digest, publication: samplePublication, file: 'a.md' }).find(
      ({ severity }) => severity === 'error',
    );

    expect(problem).toMatchObject({ rule: 'link-vague', severity: 'error', line: 7, column: 3 });
  });

  test.each([
    ['a [https://a.example/b](https://a.example/b) c', ['link-own-address 8:3']],
    ['a [https://a.example/b](https://a.example/c) d', ['link-bare-url 8:3']],
    ['a <https://a.example/b> c', ['link-own-address 8:3']],
    ['[www.a.example](https://a.example/)', ['link-bare-url 8:1']],
    ['See https://a.example/b for more', ['url-not-linked 8:1']],
    ['a [b plan](https://a.example) c [d plan](https://a.example/) e', ['link-twice 8:33']],
    ['a [b plan](https://a.example) c [b plan](https://a.example/) d', []],
    ['a [the draft](http://localhost:3000/x) b', ['link-not-public 8:3']],
    ['a [the draft](http://192.168.1.4/x) b', ['link-not-public 8:3']],
    ['a [the draft](https://cms.internal/x) b', ['link-not-public 8:3']],
    ['[Go deeper](https://a.example)', []],
    ['- **[more](https://a.example)**', ['link-vague 8:5']],
  ])('%j: %j', (text, expected) => {
    expect(lintStory(text)).toEqual(expected);
  });
});

describe('images', () => {
  test.each([
    ['![Lines down near Tulsa](images/lines.jpg "Photo: A")', []],
    ['![Lines down near Tulsa](images/lines.jpg)', ['image-credit-missing 8:1']],
    ['![lines.jpg](images/lines.jpg "Photo: A")', ['image-alt-file-name 8:1']],
    ['![Lines](images/lines.jpg "Photo: A")', ['image-alt-file-name 8:1']],
    ['![IMG_2041.JPG](images/lines.jpg "Photo: A")', ['image-alt-file-name 8:1']],
    ['![photo](images/lines.jpg "Photo: A")', ['image-alt-vague 8:1']],
    ['![A photo of lines](images/lines.jpg "Photo: A")', ['image-alt-wordy 8:1']],
    [`![${words(40)}](images/lines.jpg "Photo: A")`, ['image-alt-too-long 8:1']],
  ])('%j: %j', (text, expected) => {
    expect(lintStory(text)).toEqual(expected);
  });
});

describe('dates', () => {
  test.each([
    ['2026-11-22', {}, ['date-off-schedule 2:7']],
    ['2026-11-23', { holidays: ['2026-11-23'] }, ['date-holiday 2:7']],
    ['2026-11-23', { days: ['tue'] as const }, ['date-off-schedule 2:7']],
  ])('an edition on %s with %j: %j', (date, publication, expected) => {
    expect(lint(`---\ndate: ${date}\nsubject: A\npreheader: B\n---\n## A\n\nb\n`, publication)).toEqual(
      expected,
    );
  });

  // Sent at 06:00 in Chicago, which is 12:00 UTC in November.
  test.each([
    ['published="2026-11-23T12:00Z"', []],
    ['published="2026-11-23T12:01Z"', ['published-in-future 6:1']],
    ['published="2026-11-23T05:59-06:00"', []],
    ['updated="2026-11-23T07:00-06:00"', ['updated-in-future 6:1']],
    ['published="2026-11-23T10:00Z" updated="2026-11-23T09:00Z"', ['updated-before-published 6:1']],
  ])('{%s}: %j', (attributes, expected) => {
    expect(lint(`${head}## A\n{${attributes}}\n\nb\n`)).toEqual(expected);
  });
});

test('findings name the file and say what to do', () => {
  const digest = digestOf(`${frontMatter}## A\n\nb\n`);

  const warning = lintDigest({ digest, publication: samplePublication, file: 'digests/a.md' }).find(
    ({ severity }) => severity === 'warning',
  );

  expect([warning]).toEqual([
    {
      rule: 'preheader-missing',
      severity: 'warning',
      message: 'There is no preheader, so the inbox shows the greeting after the subject.',
      hint: 'Add `preheader: Plus, ...` to the front matter.',
      file: 'digests/a.md',
      line: 3,
      column: 10,
    },
  ]);
});
