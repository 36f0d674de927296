import type { Nodes, PhrasingContent, Root } from 'mdast';

import { quoteFound } from '../report/quote-words.ts';
import type { Source } from './read-attributes.ts';

/** `{#id}`, `{.class}`, `{: .class}` at the end of a headline or paragraph. */
const atEnd = /\s*\{(?::[^{}]*|\s*[#.][a-z][^{}]*)\}\s*$/i;
/** `{:target="_blank"}` behind a link or image. */
const behind = /^\{:[^{}\n]*\}/;

/** Leaves out ids, classes and attributes in the ways of Kramdown, Hugo and Pandoc, each with a warning. */
export function dropAttributes(root: Root, source: Source): Root {
  return inNode(root, source) as Root;
}

function inNode(node: Nodes, source: Source): Nodes {
  if (!('children' in node)) return node;
  const children = node.children.map((child) => inNode(child, source));
  if (node.type !== 'heading' && node.type !== 'paragraph') return { ...node, children } as Nodes;
  return { ...node, children: inLine(children as PhrasingContent[], source) } as Nodes;
}

function inLine(nodes: readonly PhrasingContent[], source: Source): readonly PhrasingContent[] {
  return nodes.flatMap((node, index): readonly PhrasingContent[] => {
    if (node.type !== 'text') return [node];
    const before = nodes[index - 1]?.type;
    const isBehind = before === 'link' || before === 'linkReference' || before === 'image';
    const cut = isBehind ? drop(node.value, behind, { node, source }) : node.value;
    const value = index === nodes.length - 1 ? drop(cut, atEnd, { node, source }) : cut;
    return value === '' ? [] : [{ ...node, value }];
  });
}

function drop(
  value: string,
  pattern: RegExp,
  { node, source }: { readonly node: PhrasingContent; readonly source: Source },
): string {
  const found = pattern.exec(value)?.[0];
  if (found === undefined) return value;
  source.report.warn({
    rule: 'attributes-dropped',
    message: `${quoteFound(found.trim())} is left out: it is an attribute for another system.`,
    hint: 'Delete it.',
    at: source.at(node.position?.start.offset ?? 0),
  });
  return value.replace(pattern, '');
}
