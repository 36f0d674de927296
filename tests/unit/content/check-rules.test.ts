import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { lintDigest } from '../../../src/content/lint-digest.ts';
import { lintProse } from '../../../src/content/lint/lint-prose.ts';
import { checkSpelling } from '../../../src/content/spelling/check-spelling.ts';
import { applyChecks } from '../../../src/domain/editions/apply-checks.ts';
import { checkRules, proseBlocks } from '../../../src/domain/editions/check-rules.ts';
import type { CheckRuleId } from '../../../src/domain/editions/check-rules.ts';
import { formatPlace } from '../../../src/domain/editions/problem.ts';
import type { Publication } from '../../../src/domain/editions/publication.ts';
import { samplePublication } from '../../support/content/sample-publication.ts';
import { digestOf } from './digest-text.ts';

const why = '**Why it matters:** It saves a day.';

/** A digest in which every check passes, but for what a test changes. */
function digestWith(
  body: string,
  {
    headline = 'Ferries go quiet',
    subject = 'Ferries go quiet',
    preheader = 'Plus, the ladders that a library lends',
  } = {},
): string {
  return `---\ndate: 2026-11-23\nsubject: ${subject}\npreheader: ${preheader}\n---\n## ${headline}\n\n${body}\n\n${why}\n`;
}

async function findings(text: string, publication: Partial<Publication> = {}) {
  const input = {
    digest: digestOf(text),
    publication: { ...samplePublication, ...publication },
    file: 'a.md',
  };
  const problems = [
    ...lintDigest(input),
    ...(await lintProse(input)),
    ...(await checkSpelling({ ...input, dir: '/nowhere' })),
  ];
  return problems.map((problem) => ({
    rule: problem.rule,
    severity: problem.severity,
    place: formatPlace({ ...problem, file: undefined }),
  }));
}

const words = (count: number): string =>
  `${Array.from({ length: count }, (_, index) => (index % 2 === 0 ? 'word' : 'other')).join(' ')}.`;
const link = (url: string, text = 'the plan of the operators') =>
  `Boats slow down, see [${text}](${url}) now.`;
const image = (alt: string, credit = ' "Photo: A"') => `Boats slow down.\n\n![${alt}](images/a.png${credit})`;

interface Example {
  readonly fails: string;
  readonly at: string;
  readonly passes: string;
  readonly publication?: Partial<Publication>;
}

const plain = digestWith('Boats slow down for whales.');
const bodies = (fails: string, passes: string, at = '8:1'): Example => ({
  fails: digestWith(fails),
  passes: digestWith(passes),
  at,
});
const heads = (
  fails: Parameters<typeof digestWith>[1],
  passes: Parameters<typeof digestWith>[1],
  at: string,
) => ({
  fails: digestWith('Boats slow down.', fails),
  passes: digestWith('Boats slow down.', passes),
  at,
});

/** What the renderer, an image file, a web server or SpamAssassin is asked for: their own tests have examples. */
type Elsewhere =
  | 'spam-score'
  | 'image-large'
  | 'image-hosted'
  | 'image-pale'
  | 'sponsor-above-lead'
  | 'link-dead'
  | 'link-certificate'
  | 'link-failing'
  | 'link-to-home'
  | 'link-moved'
  | 'link-unchecked';

const examples: Readonly<Record<Exclude<CheckRuleId, Elsewhere>, Example>> = {
  'subject-too-short': heads({ subject: 'Ferries' }, {}, '3:10'),
  'subject-too-long': heads({ subject: 'x'.repeat(79) }, { subject: 'x'.repeat(78) }, '3:10'),
  'subject-cut': heads({ subject: 'x'.repeat(61) }, { subject: 'x'.repeat(60) }, '3:10'),
  'preheader-missing': { fails: plain.replace(/preheader: .*\n/u, ''), passes: plain, at: '3:10' },
  'preheader-too-short': heads({ preheader: 'Plus, more' }, {}, '4:12'),
  'preheader-too-long': heads({ preheader: 'x'.repeat(101) }, { preheader: 'x'.repeat(100) }, '4:12'),
  'preheader-repeats-subject': heads({ preheader: 'ferries go quiet' }, {}, '4:12'),

  'headline-too-long': heads({ headline: 'x'.repeat(91) }, { headline: 'x'.repeat(90) }, '6:1'),
  'headline-long': heads({ headline: 'x'.repeat(61) }, { headline: 'x'.repeat(60) }, '6:1'),
  'headline-words': heads({ headline: 'A b c d e f g' }, { headline: 'A b c d e f' }, '6:1'),
  'headline-number': {
    fails: digestWith('Boats slow down 1,200 times.', { headline: 'Boats slow down 2,100 times' }),
    passes: digestWith('All 1200 boats slow down.', { headline: 'The 1,200 boats' }),
    at: '6:1',
  },
  'lede-long': bodies('Boats slow down. They do it for whales.', 'Boats slow down.'),
  'lede-repeats-headline': {
    fails: digestWith('Quiet ferries cross sound slowly.', { headline: 'Quiet ferries cross Sound' }),
    passes: digestWith('Whales can be heard again from the shore.', {
      headline: 'Quiet ferries cross Sound',
    }),
    at: '8:1',
  },
  'why-missing': { fails: plain.replace(`\n${why}`, ''), passes: plain, at: '6:1' },
  'why-late': bodies('A.\n\nB.\n\nC.', 'A.\n\nB.', '14:1'),
  'why-long': {
    fails: plain.replace('It saves a day.', 'It saves a day. It costs one.'),
    passes: plain,
    at: '10:1',
  },
  'lead-in-unknown': bodies('A.\n\n**The bottum line:** B.', 'A.\n\n**The bottom line:** B.', '10:1'),
  'lead-in-repeated': bodies('**Yes, but:** A.\n\n**Yes, but:** B.', '**Yes, but:** A.', '10:1'),
  'story-too-long': bodies(Array.from({ length: 5 }, () => words(50)).join('\n\n'), words(50), '6:1'),
  'paragraph-too-long': bodies(words(81), words(80)),
  'edition-too-long': { ...bodies(words(70), words(30), '3:10'), publication: { targetWords: 50 } },
  'dashboard-single': bodies(
    'A.\n\n:::dashboard[Heat]\n1. B\n:::',
    'A.\n\n:::dashboard[Heat]\n1. B\n2. C\n:::',
    '10:1',
  ),
  'sentences-long': bodies(Array.from({ length: 6 }, () => words(30)).join('\n\n'), words(30), '3:10'),
  'word-doubled': bodies('Boats slow down for the the whales.', 'They say that that is enough.'),

  'link-vague': bodies(link('https://a.example', 'here'), link('https://a.example'), '8:22'),
  'link-bare-url': bodies(link('https://a.example', 'https://b.example'), link('https://a.example'), '8:22'),
  'link-own-address': bodies(
    link('https://a.example', 'https://a.example'),
    link('https://a.example'),
    '8:22',
  ),
  'link-not-public': bodies(link('http://localhost/x'), link('https://a.example'), '8:22'),
  'link-twice': bodies(
    `${link('https://a.example')}\n\n${link('https://a.example', 'another plan')}`,
    link('https://a.example'),
    '10:22',
  ),
  'link-repeated': bodies(
    `${link('https://a.example')}\n\n${link('https://a.example')}`,
    `${link('https://a.example')}\n\n${link('https://b.example', 'another plan')}`,
    '10:22',
  ),
  'link-tracking': bodies(
    link('https://a.example/x?fbclid=1'),
    link('https://news.example.org/x?utm_source=a'),
    '8:22',
  ),
  'link-shortened': bodies(link('https://bit.ly/3x'), link('https://orbit.ly/3x'), '8:22'),
  'url-not-linked': bodies('Boats, see https://a.example now.', link('https://a.example')),

  'image-alt-wordy': bodies(image('A photo of a boat'), image('A boat in fog'), '10:1'),
  'image-alt-too-long': bodies(image('x'.repeat(161)), image('x'.repeat(160)), '10:1'),
  'image-credit-missing': bodies(image('A boat in fog', ''), image('A boat in fog'), '10:1'),

  'date-off-schedule': { fails: plain, passes: plain, at: '2:7', publication: { days: ['tue'] } },
  'date-holiday': { fails: plain, passes: plain, at: '2:7', publication: { holidays: ['2026-11-23'] } },
  'date-old': {
    fails: plain.replace('quiet\n\n', 'quiet\n{published="2025-11-01T10:00Z"}\n\n'),
    passes: plain.replace('quiet\n\n', 'quiet\n{published="2h"}\n\n'),
    at: '6:1',
  },
  'updated-before-published': {
    fails: plain.replace('quiet\n\n', 'quiet\n{published="2h" updated="3h"}\n\n'),
    passes: plain.replace('quiet\n\n', 'quiet\n{published="3h" updated="2h"}\n\n'),
    at: '6:1',
  },
  'markup-bold': bodies('Boats **slow down.', 'Boats **slow** down.'),
  'word-divided': bodies('The commit-\ntee slows boats down.', 'The pre- and post-war boats.'),
  'markup-mark': bodies('Boats ==slow== down.', 'Boats slow down.'),

  spelling: bodies('Boats slwo down.', 'Boats slow down.'),
  'spelling-name': bodies('Boats slow down for Zbigniewska.', 'Boats slow down for Springfield.'),
  'passive-voice': bodies('Boats were seen by whales.', 'Whales slow boats down.'),
  'filler-word': bodies('Boats basically slow down.', 'A captain says: "Boats basically slow down."'),
};

test.each(Object.entries(examples))('%s', async (rule, { fails, passes, at, publication }) => {
  const { level } = checkRules[rule as CheckRuleId];
  const severity = { off: undefined, note: 'note', warn: 'warning', block: 'error' }[level];

  expect(await findings(fails, publication)).toContainEqual({ rule, severity, place: at });
  expect(
    (await findings(passes, publication && rule === 'edition-too-long' ? publication : {})).map(
      (found) => found.rule,
    ),
  ).not.toContain(rule);
});

// The rest of the text stays English.
const noSpelling = { spelling: 'off', 'spelling-name': 'off' } as const;

test('a good story in every language of Daybrief has its own "Why it matters"', async () => {
  const german = plain.replace(
    '**Why it matters:** It saves a day.',
    '**Warum das wichtig ist:** Es spart einen Tag.',
  );

  expect(await findings(german, { language: 'de', checks: noSpelling })).toEqual([]);
  expect((await findings(german, { checks: noSpelling })).map(({ rule }) => rule)).toEqual(['why-missing']);
});

test('docs/checks.md lists every check with its level', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../docs/checks.md'), 'utf8');
  const rows = Object.entries(checkRules).map(
    ([id, { level, rationale }]) => `| \`${id}\` | ${level} | ${rationale} |`,
  );

  expect(rows.filter((row) => !page.includes(row))).toEqual([]);
});

describe('levels and waivers', () => {
  const digest = digestOf(digestWith('Boats slow down for the the whales.'));
  const problems = lintDigest({ digest, publication: samplePublication, file: 'a.md' });
  const apply = (changes: Partial<typeof digest>, checks: Parameters<typeof applyChecks>[1]['checks'] = {}) =>
    applyChecks(problems, { digest: { ...digest, ...changes }, checks, file: 'a.md' }).map(
      ({ rule, severity }) => `${rule} ${severity}`,
    );

  test('a publication chooses the level of a check', () => {
    expect(apply({})).toEqual(['word-doubled warning']);
    expect(apply({}, { 'word-doubled': 'block' })).toEqual(['word-doubled error']);
    expect(apply({}, { 'word-doubled': 'note' })).toEqual(['word-doubled note']);
    expect(apply({}, { 'word-doubled': 'off' })).toEqual([]);
  });

  test('a digest waives a check for its own date alone', () => {
    const waiver = { rule: 'word-doubled', why: 'It is a poem.' };

    expect(apply({ waive: [{ ...waiver, on: '2026-11-23' }] })).toEqual([]);
    expect(apply({ waive: [{ ...waiver, on: '2026-11-20' }] })).toEqual([
      'word-doubled warning',
      'waiver-outdated warning',
    ]);
    expect(apply({ waive: [{ ...waiver, rule: 'link-vague', on: '2026-11-23' }] })).toEqual([
      'word-doubled warning',
      'waiver-unused note',
    ]);
  });

  test('checks of prose run while composing only where one of them blocks', () => {
    expect(proseBlocks({})).toBe(false);
    expect(proseBlocks({ 'passive-voice': 'warn' })).toBe(false);
    expect(proseBlocks({ 'passive-voice': 'block' })).toBe(true);
  });
});
