import { parseDigest } from '../../../src/content/parse-digest.ts';
import { sectionParts } from '../../../src/domain/editions/digest-parts.ts';
import type { Block, Digest } from '../../../src/domain/editions/digest.ts';
import { inlineText } from '../../../src/domain/editions/inline-text.ts';
import type { Problem } from '../../../src/domain/editions/problem.ts';

/** An item as the only one of a digest, read by the parser of digests. */
export function digestOf(markdown: string): {
  readonly digest: Digest | undefined;
  readonly errors: readonly Problem[];
} {
  const story = markdown.startsWith(':::') ? '## A lead\n\nIts text.\n\n' : '';
  const text = `---\ndate: 2026-11-27\nsubject: A digest\n---\n${story}${markdown}\n`;
  const { digest, problems } = parseDigest({ text, file: 'item.md', format: 'markdown' });
  return { digest, errors: problems.filter(({ severity }) => severity === 'error') };
}

/** Everything that the digest of an item shows, in order, headlines and credits of images included. */
export function shownText(markdown: string): string {
  const { digest, errors } = digestOf(markdown);
  if (digest === undefined) throw new Error(`${errors[0]?.message ?? ''}\n${markdown.slice(0, 500)}`);
  const sections = markdown.startsWith(':::') ? digest.sections.slice(1) : digest.sections;
  const shown: string[] = [];
  for (const section of sections) {
    const { headings, lines, blocks } = sectionParts(section);
    const entries = lines.map(({ label = '', content }) => `${label} ${inlineText(content)}`);
    shown.push(...headings, ...entries, ...blocks.map(blockText));
  }
  return shown
    .join('\n')
    .replaceAll(/[ \t]+/gu, ' ')
    .trim();
}

function blockText(block: Block): string {
  switch (block.kind) {
    case 'paragraph':
      return `${block.leadIn ?? ''} ${inlineText(block.content)}`;
    case 'list':
      return block.items
        .map(({ leadIn = '', content, blocks = [] }) =>
          [`${leadIn} ${inlineText(content)}`, ...blocks.map(blockText)].join('\n'),
        )
        .join('\n');
    case 'quote':
      return block.paragraphs.map(inlineText).join('\n');
    case 'image':
      return inlineText(block.credit ?? []);
    case 'go-deeper':
      return block.text;
    case 'subheading':
      return inlineText(block.content);
    case 'code-block':
    case 'table':
    case 'footnotes':
      throw new Error(`An item has no ${block.kind}.`);
  }
}
