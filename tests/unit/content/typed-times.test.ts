import { expect, test } from 'vitest';

import { parseDigest } from '../../../src/content/parse-digest.ts';
import { isTypedTime, resolveTypedTime } from '../../../src/content/typed-times.ts';

/** A Wednesday. */
const edition = { date: '2026-11-25', timeZone: 'America/Chicago', sendAt: '06:00' };

test.each([
  ['05:10', '2026-11-25T11:10:00Z'],
  ['5:10am', '2026-11-25T11:10:00Z'],
  ['5:10 PM', '2026-11-25T23:10:00Z'],
  ['12am', '2026-11-25T06:00:00Z'],
  ['12 pm', '2026-11-25T18:00:00Z'],
  ['yesterday 17:00', '2026-11-24T23:00:00Z'],
  ['Yesterday at 5pm', '2026-11-24T23:00:00Z'],
  ['yesterday', '2026-11-24T12:00:00Z'],
  ['today 4:30', '2026-11-25T10:30:00Z'],
  ['Mon 7am', '2026-11-23T13:00:00Z'],
  ['Monday, 07:00', '2026-11-23T13:00:00Z'],
  ['Thu 9pm', '2026-11-20T03:00:00Z'],
  ['Wed 3am', '2026-11-25T09:00:00Z'],
  ['2h', '2026-11-25T10:00:00Z'],
  ['45 minutes ago', '2026-11-25T11:15:00Z'],
  ['3 days ago', '2026-11-22T12:00:00Z'],
  ['2026-11-23 05:10', '2026-11-23T11:10:00Z'],
  ['2026-07-01T05:10', '2026-07-01T10:10:00Z'],
])('%j is %s', (typed, expected) => {
  expect(resolveTypedTime(typed, edition)).toBe(expected);
});

test.each([
  '',
  '5',
  '25:00',
  '13pm',
  '0am',
  '5:60',
  'tomorrow 5pm',
  'soon',
  '2026-02-30 05:10',
  '1e3h',
  'monkey business',
  'monkey',
  '5:10:10',
])('%j is no time', (typed) => {
  expect(isTypedTime(typed)).toBe(false);
});

test('a time of the day on which clocks change is in the zone of that day', () => {
  const spring = { ...edition, date: '2026-03-08' };

  expect(resolveTypedTime('01:30', spring)).toBe('2026-03-08T07:30:00Z');
  expect(resolveTypedTime('03:30', spring)).toBe('2026-03-08T08:30:00Z');
  expect(resolveTypedTime('yesterday 03:30', spring)).toBe('2026-03-07T09:30:00Z');
});

test('typed times of a digest are resolved against its date, in Markdown and YAML', () => {
  const markdown = `---\ndate: 2026-11-25\nsubject: A\n---\n## A\n{published="yesterday 17:00" updated="2h"}\n\nb\n`;
  const yaml = `date: 2026-11-25\nsubject: A\nsections:\n  - kind: story\n    headline: A\n    published: yesterday 17:00\n    updated: 2h\n    body: b\n`;

  for (const [text, format] of [
    [markdown, 'markdown'],
    [yaml, 'yaml'],
  ] as const) {
    const { digest, problems } = parseDigest({ text, file: 'a', format, edition });
    expect(problems).toEqual([]);
    expect(digest?.sections[0]).toMatchObject({
      published: '2026-11-24T23:00:00Z',
      updated: '2026-11-25T10:00:00Z',
    });
  }
});
