import type { Block } from '../../domain/editions/digest.ts';
import { blockContext, parseText } from './parse-line.ts';
import type { Source } from './read-attributes.ts';
import { toBlocks } from './to-blocks.ts';

/** Reads a text of its own (the body of a story in YAML) as the Markdown of a story. */
export function parseBlocks(source: Source): readonly Block[] {
  const root = parseText(source);
  return root === undefined ? [] : toBlocks(root.children, blockContext(source, root));
}
