import { expect, test } from 'vitest';

import { parseDigest } from '../../../../src/content/parse-digest.ts';
import { assembleDay, sponsorOf } from '../../../../src/domain/candidates/day-skeleton.ts';
import type { DaySkeleton, PickedItem, DaySponsor } from '../../../../src/domain/candidates/day-skeleton.ts';

/** A Friday. */
const date = '2026-11-27';
const story = (headline: string, kind: PickedItem['kind'] = 'brief'): PickedItem => ({
  kind,
  markdown: `## ${headline}\n\nIts text.`,
});
const dashboard = (title: string, lines: string): PickedItem => ({
  kind: 'dashboard',
  markdown: `:::dashboard[${title}]{section="City"}\n${lines}\n:::`,
});
const roads: DaySkeleton = {
  dashboard: { title: 'Roads [today]', section: 'City', labels: ['North', 'South'] },
};

function assemble(items: readonly PickedItem[], skeleton: DaySkeleton = {}, sponsor?: DaySponsor): string {
  const text = assembleDay({ date, skeleton, sponsor, items });
  const { problems } = parseDigest({ text, file: `${date}.md`, format: 'markdown' });
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  return text;
}

test('a day without anything is a digest of parts that are still to be written', () => {
  expect(assemble([])).toBe('---\ndate: 2026-11-27\nsubject: TK\npreheader: TK\n---\nTK\n\n## TK\n\nTK\n');
});

test('items come in the order they were picked, the lead first', () => {
  const text = assemble([story('One'), story('Two', 'lead'), story('Three'), story('Four', 'lead')]);

  expect(text.match(/^## .+/gmu)).toEqual(['## Two', '## One', '## Three', '## Four']);
});

test('the first story is the lead if none is meant as one', () => {
  const text = assemble([dashboard('Election', '1. **A:** B'), story('One'), story('Two')]);

  expect(text.match(/^(?:## |:::d).+/gmu)).toEqual([
    '## One',
    ':::dashboard[Election]{section="City"}',
    '## Two',
  ]);
});

test('standing blocks are where they belong', () => {
  const sponsor = {
    name: 'The "Harbor" Bank',
    href: 'https://bank.example/',
    text: '**Save early:** Now.\n',
  };
  const skeleton = {
    ...roads,
    editor: 'Jo: Park',
    greeting: 'Good morning. TK',
    closing: 'See you tomorrow.\n',
  };
  const text = assemble([story('One'), story('Two')], skeleton, sponsor);

  expect(text).toBe(`---
date: 2026-11-27
subject: TK
preheader: TK
editor: "Jo: Park"
---
Good morning. TK

## One

Its text.

:::dashboard[Roads \\[today\\]]{section="City"}
1. **North:** TK
2. **South:** TK
:::

:::sponsor{name='The "Harbor" Bank' href="https://bank.example/"}
**Save early:** Now.
:::

## Two

Its text.

:::closing
See you tomorrow.
:::
`);
});

test('lines of a dashboard without a title join those of the skeleton, by label', () => {
  const items = [
    story('One'),
    dashboard('TK', '1. **South:** [A](https://a.example/)\n   - B\n2. **TK:** C'),
    dashboard('Roads \\[today\\]', '1. **north:** D'),
    dashboard('Another', '1. **North:** E'),
  ];
  const text = assemble(items, roads);

  expect(text).toContain('1. **north:** D\n2. **South:** [A](https://a.example/)\n   - B\n3. **TK:** C\n:::');
  expect(text).toContain(':::dashboard[Another]{section="City"}\n1. **North:** E\n:::');
  expect(text.match(/:::dashboard/gu)).toHaveLength(2);
});

test('what a dashboard carries along as a comment stays in the inbox', () => {
  const item = {
    kind: 'dashboard' as const,
    markdown: ':::dashboard[TK]\n1. **A:** B\n:::\n\n<!--\n    Long.\n-->',
  };

  expect(assemble([story('One'), item], roads)).not.toContain('Long.');
});

const bank = { name: 'Bank', text: 'Text.' };

test.each<[string, readonly DaySponsor[], string | undefined]>([
  ['nobody without sponsors', [], undefined],
  [
    'by weekday',
    [
      { ...bank, days: ['mon'] },
      { ...bank, name: 'Mill', days: ['thu', 'fri'] },
    ],
    'Mill',
  ],
  [
    'by date before weekday',
    [
      { ...bank, days: ['fri'] },
      { ...bank, name: 'Mill', dates: [date] },
    ],
    'Mill',
  ],
  ['every day without either', [{ ...bank }], 'Bank'],
  ['not on other dates', [{ ...bank, dates: ['2026-11-26'] }], undefined],
  ['not before it begins', [{ ...bank, from: '2026-11-28' }], undefined],
  ['not after it ends', [{ ...bank, days: ['fri'], until: '2026-11-26' }], undefined],
  ['on its first and last day', [{ ...bank, from: date, until: date }], 'Bank'],
])('the sponsor of a date is found: %s', (_, sponsors, name) => {
  expect(sponsorOf(date, sponsors)?.name).toBe(name);
});
