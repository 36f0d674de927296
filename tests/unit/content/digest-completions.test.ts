import { expect, test } from 'vitest';

import { digestCompletions } from '../../../src/content/digest-completions.ts';
import { directiveKinds } from '../../../src/content/sections/section-parsers.ts';
import { renderDigest } from '../../support/content/render-digest.ts';

test('offers every section, attribute and key of the schema, each with a sentence', () => {
  const { frontMatter, story, sections, leadIns } = digestCompletions('en');

  expect(sections.map(({ name }) => name)).toEqual(directiveKinds);
  expect(frontMatter.map(({ name }) => name)).toContain('subject');
  expect(story).toContainEqual({ name: 'lead', detail: 'Shown as large as the first story.', isFlag: true });
  const offers = [...frontMatter, ...story, ...sections, ...sections.flatMap(({ attributes }) => attributes)];
  expect(offers.filter(({ detail }) => detail === '')).toEqual([]);
  expect(leadIns).toContain('Why it matters');
});

test('offers lead-ins in the language of the publication', () => {
  expect(digestCompletions('de').leadIns).toContain('Warum das wichtig ist');
});

test('a section that is written as offered is understood', async () => {
  const { sections } = digestCompletions('en');
  const written = sections
    .filter(({ name }) => name !== 'continuation')
    .map(({ name, hasTitle, hasText, attributes }) => {
      const values = attributes.map(({ name: key }) => `${key}="${valueOf(key)}"`).join(' ');
      const text = name === 'dashboard' ? '1. **Label:** A headline' : 'A sentence.';
      return `:::${name}${hasTitle ? '[A title]' : ''}${values === '' ? '' : `{${values}}`}\n${hasText ? `${text}\n` : ''}:::`;
    });

  const { problems } = await renderDigest(
    `---\ndate: 2026-11-23\nsubject: A subject of some length\n---\n\n## A headline\n\nA sentence.\n\n${written.join('\n\n')}\n`,
  );

  expect(problems.filter((problem) => problem.startsWith('!'))).toEqual([]);
});

function valueOf(key: string): string {
  if (key === 'href') return 'https://example.org/there';
  return key === 'published' || key === 'updated' ? '05:10' : 'Words';
}
