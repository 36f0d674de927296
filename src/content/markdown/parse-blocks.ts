import type { Definition, FootnoteDefinition, Nodes, Root } from 'mdast';

import type { Block, Inline } from '../../domain/editions/digest.ts';
import { reportForbidden, withoutForbidden } from '../check-text.ts';
import { parseMdast } from './parse-mdast.ts';
import type { Source } from './read-attributes.ts';
import { toBlocks } from './to-blocks.ts';
import { toInlines } from './to-inlines.ts';
import type { BlockContext } from './to-inlines.ts';

/** Reads a text of its own (the body of a story in YAML) as the Markdown of a story. */
export function parseBlocks(source: Source): readonly Block[] {
  const root = parseText(source);
  return root === undefined ? [] : toBlocks(root.children, blockContext(source, root));
}

/** Reads one line of Markdown: text, emphasis and links. */
export function parseLine(source: Source): readonly Inline[] {
  const root = parseText(source);
  const [first, ...rest] = root?.children ?? [];
  if (root === undefined || first === undefined) return [];
  if (first.type === 'paragraph' && rest.length === 0) {
    return toInlines(first.children, blockContext(source, root));
  }
  const message = 'One line of text is expected here.';
  source.report.error({ rule: 'markdown-unsupported', message, at: source.at(0) });
  return [];
}

/**
 * Collects `[name]: https://...` and `[^1]: ...` anywhere in the text; the first of a name counts (CommonMark 4.7).
 */
export function blockContext(source: Source, root: Root): BlockContext {
  const definitions = new Map<string, Definition>();
  const footnotes = new Map<string, FootnoteDefinition>();
  const visit = (node: Nodes): void => {
    if (node.type === 'definition' && !definitions.has(node.identifier))
      definitions.set(node.identifier, node);
    if (node.type === 'footnoteDefinition' && !footnotes.has(node.identifier))
      footnotes.set(node.identifier, node);
    if ('children' in node) node.children.forEach(visit);
  };
  visit(root);
  return { ...source, definitions, footnotes, notes: [] };
}

function parseText(source: Source): Root | undefined {
  reportForbidden(source.text, source);
  return parseMdast(withoutForbidden(source.text), source);
}
