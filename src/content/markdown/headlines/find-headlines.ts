import type { Heading, Root, RootContent } from 'mdast';

import type { Source } from '../read-attributes.ts';
import { boldHeadlines } from './bold-headlines.ts';
import { underlinedHeadlines } from './underlined-headlines.ts';

/**
 * Gives the headlines of a digest the levels that Daybrief knows: two for stories, three and more for headlines
 * within them. Newsletters for other systems begin stories with `#` or `###`, underline them, or set their first
 * line bold. A digest that has `##` headlines and no `#` is left as it is.
 */
export function findHeadlines(root: Root, source: Source): Root {
  const written = underlinedHeadlines(root.children, source);
  const nodes = written.some(isHeading) ? written : boldHeadlines(written);
  return { ...root, children: toLevels(nodes, source) };
}

function isHeading(node: RootContent): node is Heading {
  return node.type === 'heading';
}

function toLevels(nodes: readonly RootContent[], source: Source): RootContent[] {
  const headings = nodes.filter(isHeading);
  const [first, second] = headings;
  const top = headings.filter(({ depth }) => depth === 1);
  // A `#` below `##` headlines is a slip, which is reported as what it is.
  if (first === undefined || (top.length > 0 && first.depth > 1)) return [...nodes];
  const isTitle =
    first.depth === 1 &&
    second !== undefined &&
    (top.length === 1 || (second.depth === 1 && !hasTextBetween(nodes, first, second)));
  const title = isTitle ? first : undefined;
  const rest = headings.filter((heading) => heading !== title);
  const level = Math.min(...rest.map(({ depth }) => depth));
  if (level === 1 && rest.some(({ depth }) => depth === 2)) reportLevels(first, source);
  return nodes.map((node) => {
    if (!isHeading(node)) return node;
    return { ...node, depth: node === title ? 3 : toDepth(node.depth - level + 2) };
  });
}

function toDepth(depth: number): Heading['depth'] {
  return Math.min(depth, 6) as Heading['depth'];
}

function hasTextBetween(nodes: readonly RootContent[], first: Heading, second: Heading): boolean {
  return nodes
    .slice(nodes.indexOf(first) + 1, nodes.indexOf(second))
    .some(({ type }) => type !== 'thematicBreak' && type !== 'html' && type !== 'definition');
}

function reportLevels(heading: Heading, { at, report }: Source): void {
  report.warn({
    rule: 'headline-levels',
    message:
      'Several headlines have one "#", so they begin the stories, and "##" is a headline within a story.',
    hint: 'To begin stories with "##", keep one "#" line, above them.',
    at: at(heading.position?.start.offset ?? 0),
  });
}
