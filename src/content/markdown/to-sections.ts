import type { Heading, Root, RootContent } from 'mdast';

import type { Block, Position, Section, Story } from '../../domain/editions/digest.ts';
import { textField } from '../digest-fields.ts';
import { reportIssues } from '../report/report-issues.ts';
import { sectionParsers } from '../sections/section-parsers.ts';
import { readStoryLine } from './attribute-values.ts';
import { blockContext, reportUnusedNotes } from './parse-line.ts';
import type { Source } from './read-attributes.ts';
import type { ScannedLines } from './scan-lines.ts';
import { chooseKicker } from './split-kicker.ts';
import { isSilent, oneLine, toBlocks } from './to-blocks.ts';
import { placeOf, toInlines } from './to-inlines.ts';
import type { BlockContext } from './to-inlines.ts';

interface Sections {
  readonly greeting: readonly Block[];
  readonly sections: readonly Section[];
}

const headlineText = textField(300, { title: 'Headline', description: '' });

/** Assembles a parsed digest: the greeting before the first `##`, the stories, the `:::` sections. */
export function toSections(root: Root, source: Source, scanned: ScannedLines): Sections {
  const context = blockContext(source, root);
  const parts = partition(root.children);
  const sections: Section[] = [];
  let greeting: readonly Block[] = [];
  const seen = new Set<number>();
  for (const [index, { opener, content }] of parts.entries()) {
    if (opener === undefined) greeting = toBlocks(content, context);
    else if (opener.type === 'heading') {
      seen.add(opener.position?.start.offset ?? 0);
      const isFirst = !sections.some((section) => section.kind === 'lead');
      const story = toStory(isFirst, { heading: opener, content, context, scanned });
      if (story !== undefined) sections.push(story);
    } else {
      const offset = opener.position?.start.offset ?? 0;
      seen.add(offset);
      const head = scanned.directives.get(offset);
      const section = head && sectionParsers[head.kind].fromMarkdown(head, opener.children, context);
      if (section !== undefined) sections.push(section);
      const text = toText(content, { isLast: index === parts.length - 1, context });
      if (text !== undefined) sections.push(text);
    }
  }
  reportUnreached(scanned, seen, context);
  reportUnusedNotes(context);
  return { greeting, sections };
}

type Opener = Heading | Extract<RootContent, { type: 'containerDirective' }>;

interface Part {
  /** Undefined for text before the first headline or section. */
  readonly opener?: Opener;
  readonly content: RootContent[];
}

function partition(nodes: readonly RootContent[]): readonly Part[] {
  const parts: Part[] = [{ content: [] }];
  for (const node of nodes) {
    const opens = node.type === 'containerDirective' || (node.type === 'heading' && node.depth <= 2);
    if (opens) parts.push({ opener: node, content: [] });
    else parts.at(-1)?.content.push(node);
  }
  return parts;
}

function toStory(
  isFirst: boolean,
  parts: {
    readonly heading: Heading;
    readonly content: readonly RootContent[];
    readonly context: BlockContext;
    readonly scanned: ScannedLines;
  },
): Story | undefined {
  const { heading, context } = parts;
  const at = placeOf(heading, context);
  const attributes = parts.scanned.headingAttributes.get(heading.position?.start.offset ?? 0);
  const { kicker, lead = false, ...line } = readStoryLine(attributes, context);
  const kind = isFirst || lead ? 'lead' : 'brief';
  const blocks = toBlocks(parts.content, context);
  const written = toHeadline(heading, context);
  if (written === undefined) return undefined;
  // A line in braces that is no attribute line was the story, and is reported as what it is.
  const isMistaken = attributes?.attributes.length === 0;
  if (parts.content.every(isSilent) && !isMistaken) {
    const message = 'There is no text under this headline.';
    context.report.error({
      rule: 'story-empty',
      message,
      hint: 'Write the story or delete the headline.',
      at,
    });
  }
  const link = written.url === undefined ? {} : { headlineUrl: written.url };
  return { kind, ...chooseKicker(written.text, kicker), ...link, ...line, blocks, at };
}

function toHeadline(
  heading: Heading,
  context: BlockContext,
): { readonly text: string; readonly url?: string } | undefined {
  const at = placeOf(heading, context);
  const content = toInlines(heading.children, context);
  if (heading.depth === 1) {
    context.report.error({
      rule: 'headline-level',
      message: 'This headline has one "#", and one above it has two.',
      hint: `Write "## ${oneLine(content).slice(0, 40)}".`,
      at,
    });
  }
  const [only] = content;
  const whole = content.length === 1 && only?.kind === 'link' ? only : undefined;
  const link = content.find((part) => part.kind === 'link');
  if (link !== undefined && whole === undefined) {
    context.report.error({
      rule: 'headline-link',
      message: 'A part of this headline is a link; all of it or nothing may be one.',
      hint: 'Link the whole headline, ## [...](https://...), or put the link at the end of the story.',
      at: link.at ?? at,
    });
  }
  const text = headlineText.safeParse(oneLine(content));
  if (text.success) return { text: text.data, ...(whole === undefined ? {} : { url: whole.url }) };
  const { report } = context;
  const places = {
    report,
    schema: headlineText,
    value: '',
    what: 'The headline',
    placeOf: (): Position => at,
  };
  reportIssues(text.error.issues, places);
  return undefined;
}

/** Text after a `:::` section goes on with the story above it; at the end of the digest it is the sign-off. */
function toText(
  content: readonly RootContent[],
  { isLast, context }: { readonly isLast: boolean; readonly context: BlockContext },
): Section | undefined {
  const first = content.find((node) => !isSilent(node));
  const blocks = toBlocks(content, context);
  return first === undefined || blocks.length === 0
    ? undefined
    : { kind: isLast ? 'closing' : 'continuation', blocks, at: placeOf(first, context) };
}

function reportUnreached(scanned: ScannedLines, seen: ReadonlySet<number>, context: BlockContext): void {
  for (const [heading, { offset }] of scanned.headingAttributes) {
    if (seen.has(heading)) continue;
    context.report.error({
      rule: 'attributes-misplaced',
      message: 'These attributes are below a headline that begins no story.',
      hint: 'Put them directly under the headline of a story.',
      at: context.at(offset),
    });
  }
  for (const offset of scanned.directives.keys()) {
    if (seen.has(offset)) continue;
    context.report.error({
      rule: 'section-invalid',
      message: 'This section is inside something else: a bullet, a quote, or raw HTML.',
      hint: 'Begin it at the start of a line, with an empty line above.',
      at: context.at(offset),
    });
  }
}
