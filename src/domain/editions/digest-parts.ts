import type { Block, Digest, Inline, Position, Section } from './digest.ts';

/** Every block of a digest in reading order. Dashboards have none. */
export function digestBlocks(digest: Digest): readonly Block[] {
  return [...digest.greeting, ...digest.sections.flatMap(sectionBlocks)];
}

/** A line of running text with the place that a finding about it points to. */
export interface TextLine {
  readonly content: readonly Inline[];
  readonly at: Position;
}

/** Every line of running text in reading order: paragraphs, bullets, quotes, dashboard headlines. */
export function digestLines(digest: Digest): readonly TextLine[] {
  return [
    ...digest.greeting.flatMap(blockLines),
    ...digest.sections.flatMap((section) =>
      section.kind === 'dashboard'
        ? section.entries.flatMap(({ items, at }) => items.map(({ content }) => ({ content, at })))
        : section.blocks.flatMap(blockLines),
    ),
  ];
}

function sectionBlocks(section: Section): readonly Block[] {
  return section.kind === 'dashboard' ? [] : section.blocks;
}

function blockLines(block: Block): readonly TextLine[] {
  const { at } = block;
  switch (block.kind) {
    case 'paragraph':
      return [{ content: block.content, at }];
    case 'list':
      return block.items.map(({ content }) => ({ content, at }));
    case 'quote':
      return block.paragraphs.map((content) => ({ content, at }));
    case 'go-deeper':
      return [
        {
          content: [{ kind: 'link', url: block.url, children: [{ kind: 'text', value: block.text }], at }],
          at,
        },
      ];
    case 'image':
      return [];
  }
}
