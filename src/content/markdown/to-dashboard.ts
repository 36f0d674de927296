import type { ListItem, RootContent } from 'mdast';

import type { DashboardEntry, DashboardItem, Inline } from '../../domain/editions/digest.ts';
import { splitLeadIn } from './split-lead-in.ts';
import { placeOf, toInlines, trimInlines } from './to-inlines.ts';
import type { BlockContext } from './to-inlines.ts';
import { numbersOf } from './to-lists.ts';

/** The entries of a dashboard's list: numbered as typed, or without numbers where it has bullets. */
export function toEntries(nodes: readonly RootContent[], context: BlockContext): readonly DashboardEntry[] {
  return nodes.flatMap((node) => {
    if (node.type === 'list') {
      const numbers = node.ordered === true ? numbersOf(node, context) : [];
      return node.children.flatMap((item, index) => toEntry(item, numbers[index], context));
    }
    if (node.type === 'definition' || (node.type === 'html' && node.value.startsWith('<!--'))) return [];
    context.report.error({
      rule: 'dashboard-not-a-list',
      message: 'A dashboard holds a list, numbered or with bullets, and nothing else.',
      hint: 'Begin each entry with its number: 1. **Politics:** [Headline](https://...).',
      at: placeOf(node, context),
    });
    return [];
  });
}

/**
 * Splits a line into headlines. Links that follow each other are headlines of their own; a link with
 * text around it is one headline with that text. A hard line break begins another headline.
 */
function splitItems(content: readonly Inline[]): readonly DashboardItem[] {
  return splitAtBreaks(content).flatMap((line): readonly DashboardItem[] => {
    const links = line.filter((part) => part.kind === 'link');
    const isLinksOnly = line.every(
      (part) => part.kind === 'link' || (part.kind === 'text' && /^[\s;,·•|/–—-]*$/.test(part.value)),
    );
    if (isLinksOnly && links.length > 0) return links.map((link) => ({ content: [link] }));
    return line.length === 0 ? [] : [{ content: line }];
  });
}

function toEntry(
  item: ListItem,
  number: number | undefined,
  context: BlockContext,
): readonly DashboardEntry[] {
  const at = placeOf(item, context);
  let label: string | undefined;
  const items: DashboardItem[] = [];
  for (const [index, child] of item.children.entries()) {
    if (child.type === 'paragraph') {
      const content = toInlines(child.children, context);
      const split = index === 0 ? splitLeadIn(content) : { content };
      label ??= split.leadIn;
      if (index === 0 && label === undefined && content[0]?.kind === 'strong') reportColon(at, context);
      items.push(...splitItems(split.content));
    } else if (child.type === 'list') {
      items.push(...child.children.flatMap((inner) => innerItems(inner, context)));
    } else if (child.type !== 'definition') reportEntry(child, context);
  }
  if (items.length === 0) {
    context.report.error({
      rule: 'dashboard-entry-empty',
      message: 'This dashboard entry has no headline.',
      hint: 'Write 1. **Politics:** [Headline](https://...).',
      at,
    });
    return [];
  }
  return [
    {
      ...(number === undefined ? {} : { number }),
      ...(label === undefined ? {} : { label }),
      items,
      at,
    },
  ];
}

function innerItems(item: ListItem, context: BlockContext): readonly DashboardItem[] {
  return item.children.flatMap((child) => {
    if (child.type === 'paragraph') return splitItems(toInlines(child.children, context));
    reportEntry(child, context);
    return [];
  });
}

function splitAtBreaks(content: readonly Inline[]): readonly (readonly Inline[])[] {
  const lines: Inline[][] = [[]];
  for (const part of content) {
    if (part.kind === 'break') lines.push([]);
    else lines.at(-1)?.push(part);
  }
  return lines.map(trimInlines);
}

function reportColon(at: DashboardEntry['at'], context: BlockContext): void {
  context.report.warn({
    rule: 'label-colon',
    message: 'This entry begins with bold text without a colon, so it has no label.',
    hint: 'Write **Politics:** with the colon inside the stars.',
    at,
  });
}

function reportEntry(node: RootContent, context: BlockContext): void {
  const message = 'A dashboard entry holds lines of text and links only.';
  const hint = 'Put anything else into a story.';
  context.report.error({ rule: 'markdown-unsupported', message, hint, at: placeOf(node, context) });
}
