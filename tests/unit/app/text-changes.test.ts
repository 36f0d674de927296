import { expect, test } from 'vitest';

import { changedParagraphs } from '../../../src/app/editions/text-changes.ts';

/** "[-gone-]" and "{+come+}" in the text around them. */
const shown = (before: string, after: string) =>
  changedParagraphs(before, after).map(({ parts }) =>
    parts
      .map(({ kind, text }) =>
        kind === 'deleted' ? `[-${text}-]` : kind === 'inserted' ? `{+${text}+}` : text,
      )
      .join(''),
  );

test.each([
  ['It snows today.', 'It rains today.', 'It [-snows-]{+rains+} today.'],
  [
    'Every second freighter waits here.',
    'Half of all freighters wait here.',
    '[-Every second freighter waits-]{+Half of all freighters wait+} here.',
  ],
  [
    'Two towns agree, three do not.',
    'Six towns agree, three do.',
    '[-Two-]{+Six+} towns agree, three do[- not-].',
  ],
  ['It ends.', 'It ends well.', 'It ends{+ well+}.'],
])('words that changed beside each other are one change: %j, %j', (before, after, expected) => {
  const changes = shown(before, after);

  expect(changes).toEqual([expected]);
  const [parts = []] = changedParagraphs(before, after).map((change) => change.parts);
  const without = (kind: string) =>
    parts
      .filter((part) => part.kind !== kind)
      .map(({ text }) => text)
      .join('');
  expect(without('inserted')).toBe(before);
  expect(without('deleted')).toBe(after);
});
