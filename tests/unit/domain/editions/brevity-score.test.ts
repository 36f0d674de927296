import { describe, expect, test } from 'vitest';

import { brevityOf } from '../../../../src/domain/editions/brevity-score.ts';
import { inboxLines } from '../../../../src/domain/editions/inbox-lines.ts';
import { sentencesOf } from '../../../../src/domain/editions/sentences.ts';
import { digestOf } from '../../content/digest-text.ts';

const words = (count: number): string => `${Array.from({ length: count }, (_, at) => `w${at}`).join(' ')}.`;
const edition = (body: string, headline = 'Boats') =>
  digestOf(`---\ndate: 2026-11-23\nsubject: S\n---\n## ${headline}\n\n${body}\n`);
const targets = { targetWords: 1000, language: 'en' };

describe('the brevity score', () => {
  test('is 100 for an edition within its targets', () => {
    expect(brevityOf(edition(words(15)), targets)).toMatchObject({ score: 100, sentenceWords: 15, cuts: [] });
  });

  test('loses points for what is too long, and says what to cut first', () => {
    const body = [words(40), ...Array.from({ length: 15 }, () => words(20))].join('\n\n');
    const { score, cuts, stories } = brevityOf(edition(body, 'One two three four five six seven'), targets);

    expect(stories[0]?.words).toBe(340);
    // 9 for 90 words above 250, 1 for the headline, 1.3 for sentences of 21.3 words.
    expect(score).toBe(89);
    expect(cuts.map(({ words: count, at }) => [count, at.line])).toEqual([
      [90, 7],
      [20, 7],
    ]);
  });

  test('counts an edition above its target', () => {
    expect(brevityOf(edition(words(15)), { ...targets, targetWords: 10 }).score).toBeLessThan(50);
  });
});

test.each([
  ['One. Two! Three?', 3],
  ['Gov. Smith met St. Paul. They agreed.', 2],
  ['It costs $3.50 in the U.S. and less here.', 1],
  ['', 0],
])('%j has %i sentences', (text, count) => {
  expect(sentencesOf(text, 'en')).toHaveLength(count);
});

test('an inbox cuts subject and preheader where their room ends, at whole characters', () => {
  const [phone, , , desktop] = inboxLines('👩‍👩‍👧'.repeat(50), 'y'.repeat(200));

  expect(phone?.subject).toBe(`${'👩‍👩‍👧'.repeat(40)}…`);
  expect(phone?.preheader).toHaveLength(45);
  expect(desktop?.preheader).toHaveLength(60);
  expect(inboxLines('Short', '')[0]).toEqual({ client: 'Gmail on a phone', subject: 'Short', preheader: '' });
});
