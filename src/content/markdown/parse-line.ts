import type { Definition, FootnoteDefinition, Nodes, Root } from 'mdast';

import type { Inline, Position } from '../../domain/editions/digest.ts';
import { reportForbidden, withoutForbidden } from '../check-text.ts';
import { parseMdast } from './parse-mdast.ts';
import type { Source } from './read-attributes.ts';
import { placeOf, toInlines } from './to-inlines.ts';
import type { BlockContext } from './to-inlines.ts';

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
  return { ...source, definitions, footnotes, showsNotes: false, notes: [], usedNotes: new Set() };
}

/**
 * Reads a credit or caption, which may hold links, from an attribute or field whose text begins at
 * `placeOf(0)`. Empty for "none", undefined for an empty one.
 */
export function parseSmallPrint(
  text: string | undefined,
  { report, placeOf }: { readonly report: Source['report']; readonly placeOf: (offset: number) => Position },
): readonly Inline[] | undefined {
  if (text === undefined || text.trim() === '') return undefined;
  if (text.trim().toLowerCase() === 'none') return [];
  // Behind a blank that Markdown does not skip, "- A. Name" is no bullet.
  const source = { text: `\u00A0${text}`, at: (offset: number) => placeOf(Math.max(offset - 1, 0)), report };
  const content = parseLine(source);
  return content.length === 0 ? undefined : content;
}

/** Reports notes that nothing refers to: their words would be lost. */
export function reportUnusedNotes(context: BlockContext): void {
  for (const [identifier, definition] of context.footnotes) {
    if (context.usedNotes.has(identifier)) continue;
    const { label } = definition;
    const name = `[^${label ?? identifier}]`;
    context.report.error({
      rule: 'note-unused',
      message: `Nothing refers to the footnote ${name}, so its text would be lost.`,
      hint: `Write ${name} where it belongs, or delete the footnote.`,
      at: placeOf(definition, context),
    });
  }
}

export function parseText(source: Source): Root | undefined {
  reportForbidden(source.text, source);
  return parseMdast(withoutForbidden(source.text), source);
}
