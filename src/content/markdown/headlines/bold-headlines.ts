import type { Heading, Paragraph, PhrasingContent, RootContent, Strong } from 'mdast';

import { wordsOf } from '../html/html-tags.ts';

const maxLength = 160;

/**
 * Reads bold first lines as headlines, for a digest that has no others. One that no text follows stays a line of
 * bold text, and so does a lead-in such as "Why it matters:".
 */
export function boldHeadlines(nodes: readonly RootContent[]): readonly RootContent[] {
  const split = nodes.flatMap((node) => (node.type === 'paragraph' ? splitBold(node) : node));
  return split.flatMap((node, index): RootContent[] => {
    if (node.type !== 'heading') return [node];
    const next = split.slice(index + 1).find(({ type }) => type !== 'html' && type !== 'definition');
    if (next !== undefined && next.type !== 'heading' && next.type !== 'thematicBreak') return [node];
    return [{ ...node, type: 'paragraph', children: [{ type: 'strong', children: node.children }] }];
  });
}

function splitBold(node: Paragraph): readonly RootContent[] {
  const [first, second, ...rest] = node.children;
  if (first?.type !== 'strong' || !isHeadline(first)) return [node];
  const heading: Heading = { type: 'heading', depth: 2, children: first.children, ...at(node) };
  if (second === undefined) return [heading];
  const text = afterLineEnd(second);
  if (text === undefined) return [node];
  const below = [...text, ...rest];
  return below.length === 0 ? [heading] : [heading, { ...node, children: below }];
}

function isHeadline(strong: Strong): boolean {
  const text = wordsOf(strong.children).trim();
  return text !== '' && text.length <= maxLength && !/[:,;]$/.test(text);
}

/** Undefined where the line goes on behind the bold words. */
function afterLineEnd(node: PhrasingContent): readonly PhrasingContent[] | undefined {
  if (node.type === 'break') return [];
  if (node.type !== 'text' || !/^[ \t]*\n/.test(node.value)) return undefined;
  const value = node.value.trimStart();
  return value === '' ? [] : [{ ...node, value }];
}

function at({ position }: Paragraph): Pick<Paragraph, 'position'> {
  return position === undefined ? {} : { position };
}
