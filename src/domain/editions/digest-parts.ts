import type { Block, Digest, Inline, Position, Section, SectionLine } from './digest.ts';

/** A line of running text with the place that a finding about it points to. */
export interface TextLine {
  /** The bold words before it: "Politics:". */
  readonly label?: string;
  readonly content: readonly Inline[];
  readonly at: Position;
  /** True for a credit, which does not count as words of the edition. */
  readonly isCredit?: boolean;
}

/** The parts of one section, whatever its kind. Checks, word counts and images are driven by them. */
export interface SectionParts {
  /** What a curator calls it: its headline or title, or else what it is. */
  readonly title: string;
  /** Plain texts that are read as words: kicker, headline, title. */
  readonly headings: readonly string[];
  /** Plain texts that are shown but do not count as words: a byline, a sponsor's name. */
  readonly names: readonly string[];
  readonly blocks: readonly Block[];
  /** Running text outside blocks. */
  readonly lines: readonly TextLine[];
  /** Its section line; undefined if this kind has none. */
  readonly sectionLine: SectionLine | undefined;
}

/** One entry for each kind of section; a missing one is a type error. */
const partsByKind: {
  readonly [Kind in Section['kind']]: (section: Extract<Section, { kind: Kind }>) => SectionParts;
} = {
  lead: storyParts,
  brief: storyParts,
  dashboard: (dashboard) => ({
    title: dashboard.title,
    headings: [dashboard.title],
    names: [],
    blocks: [],
    lines: dashboard.entries.flatMap(({ label = '', items, at }) =>
      items.map(({ content }, index) => ({ label: index === 0 ? label : '', content, at })),
    ),
    sectionLine: dashboard,
  }),
  sponsor: ({ blocks, name }) => ({
    title: `${name}, sponsor`,
    headings: [],
    names: [name],
    blocks,
    lines: [],
    sectionLine: undefined,
  }),
  note: (note) => ({
    title: note.title ?? 'Note',
    headings: [note.kicker ?? '', note.title ?? ''],
    names: [],
    blocks: note.blocks,
    lines: [],
    sectionLine: note,
  }),
  closing: ({ blocks }) => textParts('Sign-off', blocks),
  continuation: ({ blocks }) => textParts('More of the story', blocks),
  button: ({ label, url, at }) => ({
    title: label,
    headings: [],
    names: [],
    blocks: [],
    lines: [{ content: [{ kind: 'link', url, children: [{ kind: 'text', value: label }], at }], at }],
    sectionLine: undefined,
  }),
  // The headlines that it repeats count once, in their stories.
  contents: ({ title = '' }) => ({
    title: 'Contents',
    headings: [title],
    names: [],
    blocks: [],
    lines: [],
    sectionLine: undefined,
  }),
};

export function sectionParts(section: Section): SectionParts {
  const partsOf = partsByKind[section.kind] as (section: Section) => SectionParts;
  return partsOf(section);
}

function storyParts(story: Extract<Section, { kind: 'lead' | 'brief' }>): SectionParts {
  return {
    title: story.headline,
    headings: [story.kicker ?? '', story.headline],
    names: [story.by ?? ''],
    blocks: story.blocks,
    lines: [],
    sectionLine: story,
  };
}

/** The parts of a section of text alone. */
function textParts(title: string, blocks: readonly Block[]): SectionParts {
  return { title, headings: [], names: [], blocks, lines: [], sectionLine: undefined };
}

/** Returns every block of a digest in reading order, those inside bullets included. */
export function digestBlocks(digest: Digest): readonly Block[] {
  const outer = [...digest.greeting, ...digest.sections.flatMap((section) => sectionParts(section).blocks)];
  return outer.flatMap(withInner);
}

function withInner(block: Block): readonly Block[] {
  if (block.kind === 'quote') return [block, ...(block.blocks ?? []).flatMap(withInner)];
  if (block.kind !== 'list') return [block];
  return [block, ...block.items.flatMap(({ blocks = [] }) => blocks.flatMap(withInner))];
}

/** Returns every line of running text in reading order: paragraphs, bullets, quotes, dashboard headlines. */
export function digestLines(digest: Digest): readonly TextLine[] {
  return [
    ...digest.greeting.flatMap(blockLines),
    ...digest.sections.flatMap((section) => {
      const { blocks, lines, sectionLine = {} } = sectionParts(section);
      return [...blocks.flatMap(blockLines), ...lines, ...creditLines({ ...sectionLine, at: section.at })];
    }),
  ];
}

function creditLines({
  credit,
  at,
}: {
  readonly credit?: readonly Inline[];
  readonly at: Position;
}): readonly TextLine[] {
  return credit === undefined ? [] : [{ content: credit, at, isCredit: true }];
}

/** Returns the running text of a block, with its lead-ins as labels. */
export function blockLines(block: Block): readonly TextLine[] {
  const { at } = block;
  switch (block.kind) {
    case 'paragraph':
      return [{ label: block.leadIn ?? '', content: block.content, at }];
    case 'list':
      return block.items.flatMap(({ leadIn = '', content, blocks = [] }) => [
        { label: leadIn, content, at },
        ...blocks.flatMap(blockLines),
      ]);
    case 'quote':
      return [
        ...block.paragraphs.map((content) => ({ content, at })),
        ...(block.blocks ?? []).flatMap(blockLines),
      ];
    case 'go-deeper':
      return [
        {
          content: [{ kind: 'link', url: block.url, children: [{ kind: 'text', value: block.text }], at }],
          at,
        },
      ];
    case 'image':
      return [
        ...(block.caption === undefined ? [] : [{ content: block.caption, at }]),
        ...creditLines(block),
      ];
    case 'subheading':
      return [{ content: block.content, at }];
    case 'code-block':
      return [{ content: [{ kind: 'code', value: block.text }], at }];
    case 'table':
      return [...block.head, ...block.rows.flat()].map((content) => ({ content, at }));
    case 'footnotes':
      return block.notes.map(({ content }) => ({ content, at }));
  }
}
