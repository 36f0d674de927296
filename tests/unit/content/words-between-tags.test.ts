import fc from 'fast-check';
import { expect, test } from 'vitest';

import { withoutComments, wordsBetweenTags } from '../../../src/content/markdown/html/words-between-tags.ts';

const pieces = fc.constantFrom(
  '<!--',
  '-->',
  '<!-->',
  '<',
  '>',
  '--',
  'a',
  ' ',
  '\n',
  '<b>',
  '</b>',
  '<b title="',
  '<script',
  '<SCRIPT>',
  '</script>',
  '</Style >',
  '<style>',
  '<scripts>',
  '</script ',
);
const html = fc.array(pieces, { maxLength: 14 }).map((parts) => parts.join(''));

test('words between tags are those that a regular expression finds', () => {
  const markup = /<!--[\s\S]*?-->|<(?:script|style)\b[\s\S]*?<\/(?:script|style)\s*>|<[^>]*>/gi;

  fc.assert(
    fc.property(html, (text) => {
      expect(wordsBetweenTags(text)).toBe(text.replaceAll(markup, ' '));
    }),
    { numRuns: 2_000 },
  );
});

test('comments are those that a regular expression finds', () => {
  fc.assert(
    fc.property(html, (text) => {
      expect(withoutComments(text)).toBe(text.replaceAll(/<!--[\s\S]*?-->/g, ''));
    }),
    { numRuns: 2_000 },
  );
});
