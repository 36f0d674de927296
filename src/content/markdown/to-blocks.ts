import type { Code, Heading, Paragraph, RootContent } from 'mdast';

import type { Block, Inline, Footnotes } from '../../domain/editions/digest.ts';
import { inlineText } from '../../domain/editions/inline-text.ts';
import { limits } from '../limits.ts';
import { reportBullets, reportIndented } from './report-bullets.ts';
import { splitLeadIn } from './split-lead-in.ts';
import { keepLines, splitAtImages, splitAtLinks } from './split-lines.ts';
import { tableOfTabs } from './tab-table.ts';
import { fromImages, isOfImages } from './to-images.ts';
import { checkedText, placeOf, reportHtml, reportUnsupported, toInlines } from './to-inlines.ts';
import type { BlockContext } from './to-inlines.ts';
import { fromList } from './to-lists.ts';
import { fromQuote } from './to-quote.ts';
import { fromTable } from './to-table.ts';

/** The blocks of a story or section, and after them the notes that they refer to. */
export function toBlocks(nodes: readonly RootContent[], context: BlockContext): readonly Block[] {
  const withNotes: BlockContext = { ...context, showsNotes: true, notes: [] };
  const blocks = toInnerBlocks(withoutOuterRules(nodes), withNotes);
  const notes = toNotes(withNotes);
  return notes === undefined ? blocks : [...blocks, notes];
}

/** A line of dashes at either end only says where the story ends, and the template draws one there. */
function withoutOuterRules(nodes: readonly RootContent[]): readonly RootContent[] {
  const isText = (node: RootContent): boolean => !isSilent(node);
  const first = nodes.findIndex(isText);
  const last = nodes.findLastIndex(isText);
  return nodes.filter((node, index) => node.type !== 'thematicBreak' || (index > first && index < last));
}

/** The same inside a bullet: notes stay with the story. */
function toInnerBlocks(nodes: readonly RootContent[], context: BlockContext, depth = 0): readonly Block[] {
  return nodes.flatMap((node) => toBlock(node, { context, depth }));
}

interface Place {
  readonly context: BlockContext;
  /** Lists around it. */
  readonly depth: number;
}

/** How each kind of node becomes blocks; one that is missing has no place in a digest. */
const converters: {
  readonly [Type in RootContent['type']]?: (
    node: Extract<RootContent, { type: Type }>,
    place: Place,
  ) => readonly Block[];
} = {
  paragraph: (node, { context, depth }) => {
    if (depth === 0) reportIndented(node, context);
    return fromParagraph(node, context);
  },
  list: (node, { context, depth }) => fromList(node, { context, depth, toInner: toInnerBlocks }),
  blockquote: (node, { context, depth }) => fromQuote(node, { context, depth, toInner: toInnerBlocks }),
  heading: (node, { context }) => fromHeading(node, context),
  code: (node, { context }) => fromCode(node, context),
  table: (node, { context }) => fromTable(node, context),
  html: (node, { context }) => {
    reportHtml(node.value, placeOf(node, context), context.report);
    return [];
  },
  thematicBreak: (node, { context }) => {
    context.report.warn({
      rule: 'rule-dropped',
      message: 'A line of dashes or stars is left out: the template draws the lines between stories.',
      hint: 'Delete it; around a sign-off write ":::closing" and ":::".',
      at: placeOf(node, context),
    });
    return [];
  },
  definition: () => [],
  footnoteDefinition: () => [],
};

function toBlock(node: RootContent, place: Place): readonly Block[] {
  const convert = converters[node.type] as
    | ((node: RootContent, place: Place) => readonly Block[])
    | undefined;
  if (convert !== undefined) return convert(node, place);
  const [what, hint] = unsupportedBlocks[node.type] ?? [`A ${node.type}`, undefined];
  reportUnsupported(node, { what, hint, context: place.context });
  return [];
}

const unsupportedBlocks: Readonly<Record<string, readonly [string, string]>> = {
  containerDirective: ['A section inside another', 'Close the one above with ":::" first.'],
};

function fromParagraph(node: Paragraph, context: BlockContext): readonly Block[] {
  if (isOfImages(node)) return fromImages(node, context);
  const parts = splitAtImages(node);
  if (parts !== undefined) return parts.flatMap((part) => fromParagraph(part, context));
  const links = splitAtLinks(node);
  if (links !== undefined) return links.flatMap((link) => fromParagraph(link, context));
  const table = tableOfTabs(node);
  if (table !== undefined) {
    context.report.warn({
      rule: 'table-of-tabs',
      message: 'These lines are shown as a table, because tabs stand between their words.',
      hint: 'If they are none, write blanks for the tabs. The first line is the head of the table.',
      at: placeOf(node, context),
    });
    return fromTable(table, context);
  }
  reportBullets(node, context);
  const content = toInlines(keepLines(node.children), context);
  const at = placeOf(node, context);
  const [only] = content;
  if (only === undefined) return [];
  if (content.length === 1 && only.kind === 'link' && !isBareAddress(only) && !holdsNote(only.children)) {
    return [{ kind: 'go-deeper', text: oneLine(only.children), url: only.url, at }];
  }
  return [{ kind: 'paragraph', ...splitLeadIn(content), at }];
}

/** A footnote's mark has no place in the text of a link of its own. */
function holdsNote(content: readonly Inline[]): boolean {
  return content.some(
    (part) => part.kind === 'footnote-mark' || ('children' in part && holdsNote(part.children)),
  );
}

/** An address on a line of its own is text; its words say nothing as a "Go deeper" link. */
function isBareAddress({ url, children }: Extract<Inline, { kind: 'link' }>): boolean {
  return url.includes(inlineText(children).trim());
}

function fromHeading(node: Heading, context: BlockContext): readonly Block[] {
  const content = toInlines(node.children, context);
  const at = placeOf(node, context);
  if (inlineText(content).trim() === '') {
    context.report.error({
      rule: 'subheading-empty',
      message: 'This headline within the story has no text.',
      hint: 'Write it or delete it.',
      at,
    });
    return [];
  }
  return [{ kind: 'subheading', level: node.depth === 3 ? 3 : 4, content, at }];
}

function fromCode(node: Code, context: BlockContext): readonly Block[] {
  const text = node.value
    .split('\n')
    .map((line) => checkedText(line, node, context).trimEnd())
    .join('\n');
  if (text.trim() === '') return [];
  return [{ kind: 'code-block', text, at: placeOf(node, context) }];
}

/** The footnotes that the blocks before refer to, in their order. */
function toNotes(context: BlockContext): Footnotes | undefined {
  const notes: Footnotes['notes'][number][] = [];
  // A note may refer to another one, which is added while this one is read.
  for (let index = 0; index < context.notes.length && index < limits.notes; index += 1) {
    const definition = context.footnotes.get(context.notes[index] ?? '');
    const paragraphs = definition?.children.filter((child) => child.type === 'paragraph') ?? [];
    const content: Inline[] = [];
    for (const paragraph of paragraphs) {
      if (content.length > 0) content.push({ kind: 'break' });
      content.push(...toInlines(paragraph.children, context));
    }
    for (const child of definition?.children ?? []) {
      if (child.type === 'paragraph') continue;
      reportUnsupported(child, {
        what: 'Something other than paragraphs inside a footnote',
        hint: 'A footnote holds a sentence or two.',
        context,
      });
    }
    notes.push({ number: index + 1, content });
  }
  const [first] = context.notes;
  const definition = first === undefined ? undefined : context.footnotes.get(first);
  return definition && { kind: 'footnotes', notes, at: placeOf(definition, context) };
}

export function oneLine(content: readonly Inline[]): string {
  return inlineText(content).replaceAll(/\s+/g, ' ').trim();
}

/** True for nodes without visible text, which are no mistake where no text is expected. */
export function isSilent({ type }: RootContent): boolean {
  return (
    type === 'definition' || type === 'footnoteDefinition' || type === 'html' || type === 'thematicBreak'
  );
}
