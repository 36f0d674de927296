import type { Block } from '../../domain/editions/digest.ts';
import { blockContext, parseText, reportUnusedNotes } from './parse-line.ts';
import type { Source } from './read-attributes.ts';
import { toBlocks } from './to-blocks.ts';

/** Reads a text of its own (the body of a story in YAML) as the Markdown of a story. */
export function parseBlocks(source: Source): readonly Block[] {
  const root = parseText(source);
  if (root === undefined) return [];
  const context = blockContext(source, root);
  const blocks = toBlocks(root.children, context);
  reportUnusedNotes(context);
  return blocks;
}
