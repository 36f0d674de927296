import { expect, test } from 'vitest';

import { splitEnd, tied } from '../../../src/render/view/tied.ts';
import { renderDigest } from '../../support/content/render-digest.ts';

test.each([
  ['The storm is two days early.', 'The storm is two days\u00A0early.'],
  ['One two', 'One two'],
  ['A word and responsibilities', 'A word and responsibilities'],
  ['', ''],
])('ties the last two words of %j if they are short', (text, expected) => {
  expect(tied(text)).toBe(expected);
});

test('the arrow of a link stays with its last word', () => {
  expect(splitEnd('Read the plan')).toEqual({ beginning: 'Read ', ending: 'the\u00A0plan' });
});

test('no last word stands alone in greetings and quotes; running text is left as it is', async () => {
  const { html, text } = await renderDigest(
    [
      '---\ndate: 2026-11-23\nsubject: A subject of some length\n---',
      'The storm is two days early.',
      '## A headline for it',
      'It came in the night, at two.',
      '> We learned to trust eight of them.\n>\n> -- Marta Quill, at the desk',
    ].join('\n\n'),
  );

  expect(html).toContain('two days\u00A0early.');
  expect(html).toContain('eight of\u00A0them.');
  expect(html).toContain('night, at two.');
  expect(text).not.toContain('\u00A0');
});
