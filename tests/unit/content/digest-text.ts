import { parseDigest } from '../../../src/content/parse-digest.ts';
import type { ParsedDigest } from '../../../src/content/parse-digest.ts';
import type { Block, Digest, Story } from '../../../src/domain/editions/digest.ts';
import { formatPlace } from '../../../src/domain/editions/problem.ts';

/** Four lines, so that the text after it begins on line 5. */
export const frontMatter = '---\ndate: 2026-11-23\nsubject: A subject\n---\n';

/** A digest of one story that holds the text, which begins on line 7. */
export function storyText(text: string): string {
  return `${frontMatter}## A headline\n\n${text}\n`;
}

export function parseMarkdown(text: string, file = 'a.md'): ParsedDigest {
  return parseDigest({ text, file, format: 'markdown' });
}

/** Rule and place of each problem: `link-scheme 7:3`. */
export function places({ problems }: Pick<ParsedDigest, 'problems'>): readonly string[] {
  return problems.map((problem) => `${problem.rule} ${formatPlace({ ...problem, file: undefined })}`);
}

/** The blocks of the only story; throws where the text is not a digest. */
export function blocksOf(text: string): readonly Block[] {
  return storyOf(storyText(text)).blocks;
}

export function storyOf(text: string): Story {
  const story = digestOf(text).sections.find((section) => section.kind === 'lead');
  if (story === undefined || story.kind !== 'lead') throw new Error('The digest has no lead.');
  return story;
}

export function digestOf(text: string): Digest {
  const { digest, problems } = parseMarkdown(text);
  if (digest === undefined) throw new Error(problems.map(({ message }) => message).join('\n'));
  return digest;
}
