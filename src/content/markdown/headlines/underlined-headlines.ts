import type { Heading, Paragraph, PhrasingContent, RootContent } from 'mdast';

import type { Source } from '../read-attributes.ts';

const maxLength = 120;

/**
 * Finds headlines that are underlined: a line above `===`, and a line above `---` where no line begins with `#` or
 * `##`. Elsewhere `---` under a line is rarely meant as a headline.
 */
export function underlinedHeadlines(nodes: readonly RootContent[], source: Source): readonly RootContent[] {
  const doubled = nodes.map((node) => (node.type === 'paragraph' ? overEquals(node, source) : node));
  const hasMarks = nodes.some((node) => node.type === 'heading' && node.depth <= 2);
  return hasMarks ? doubled : overDashes(doubled, source);
}

function overEquals(node: Paragraph, source: Source): Paragraph | Heading {
  const last = node.children.at(-1);
  const [, ...rest] = sourceOf(node, source).split('\n');
  if (rest.length !== 1 || !/^[ \t]*={3,}[ \t]*$/.test(rest[0] ?? '') || last?.type !== 'text') return node;
  const kept: PhrasingContent = { ...last, value: last.value.replace(/\s*={3,}\s*$/, '') };
  const before = node.children
    .slice(0, -1)
    .filter((child, index, all) => child.type !== 'break' || index < all.length - 1);
  return { ...node, type: 'heading', depth: 1, children: kept.value === '' ? before : [...before, kept] };
}

function overDashes(nodes: readonly RootContent[], source: Source): readonly RootContent[] {
  const found: RootContent[] = [];
  for (const node of nodes) {
    const before = found.at(-1);
    if (node.type === 'thematicBreak' && before?.type === 'paragraph' && isUnderlined(before, node, source)) {
      found[found.length - 1] = { ...before, type: 'heading', depth: 2 };
    } else found.push(node);
  }
  return found;
}

/** One short line that does not end like a sentence, and dashes directly below it. */
function isUnderlined(node: Paragraph, rule: RootContent, source: Source): boolean {
  const line = sourceOf(node, source).trim();
  const between = source.text.slice(node.position?.end.offset, rule.position?.start.offset);
  return (
    /^-+\s*$/.test(sourceOf(rule, source)) &&
    /^[ \t]*\n[ \t]*$/.test(between) &&
    !line.includes('\n') &&
    line.length <= maxLength &&
    !/[.,;:…]$/.test(line)
  );
}

function sourceOf({ position }: RootContent, { text }: Source): string {
  return text.slice(position?.start.offset, position?.end.offset);
}
