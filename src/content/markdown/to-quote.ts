import type { Blockquote, Paragraph, RootContent } from 'mdast';

import type { Block, Inline } from '../../domain/editions/digest.ts';
import { limits } from '../limits.ts';
import { keepLines } from './split-lines.ts';
import { isOfImages } from './to-images.ts';
import { placeOf, reportUnsupported, toInlines } from './to-inlines.ts';
import type { BlockContext } from './to-inlines.ts';

interface QuoteContext {
  readonly context: BlockContext;
  /** Lists and quotes around it. */
  readonly depth: number;
  readonly toInner: (nodes: readonly RootContent[], context: BlockContext, depth: number) => readonly Block[];
}

/** A quote of paragraphs; or of whatever else stands in it: a sponsor's headline, list and image. */
export function fromQuote(node: Blockquote, { context, depth, toInner }: QuoteContext): readonly Block[] {
  const at = placeOf(node, context);
  if (depth >= limits.listDepth) {
    const what = `A quote at level ${depth + 1}`;
    reportUnsupported(node, { what, hint: 'Put it outside the lists and quotes around it.', context });
    return [];
  }
  const children = node.children.flatMap((child): readonly RootContent[] =>
    child.type === 'paragraph' ? splitSpeaker(child) : [child],
  );
  if (children.some((child) => !isPlain(child))) {
    const blocks = toInner(children, context, depth + 1);
    return blocks.length === 0 ? [] : [{ kind: 'quote', paragraphs: [], blocks, at }];
  }
  const paragraphs = children.flatMap((child): readonly (readonly Inline[])[] => {
    if (child.type !== 'paragraph') {
      toInner([child], context, depth + 1);
      return [];
    }
    const content = toInlines(keepLines(child.children), context);
    return content.length === 0 ? [] : [content];
  });
  return paragraphs.length === 0 ? [] : [{ kind: 'quote', paragraphs, at }];
}

function isPlain(node: RootContent): boolean {
  if (node.type === 'paragraph') return !isOfImages(node);
  return node.type === 'html' || node.type === 'definition';
}

/** Who said it, in the last line behind a dash, is a paragraph of its own. */
function splitSpeaker(node: Paragraph): readonly Paragraph[] {
  const index = node.children.findLastIndex(
    (child) => child.type === 'break' || (child.type === 'text' && child.value.includes('\n')),
  );
  const child = node.children[index];
  if (child === undefined) return [node];
  const rest = node.children.slice(index + 1);
  if (child.type === 'break') {
    const [next] = rest;
    return next?.type === 'text' && opensWithDash.test(next.value)
      ? divided(node, node.children.slice(0, index), rest)
      : [node];
  }
  if (child.type !== 'text') return [node];
  const end = child.value.lastIndexOf('\n');
  const line = { ...child, value: child.value.slice(end + 1) };
  if (!opensWithDash.test(line.value)) return [node];
  const before = [...node.children.slice(0, index), { ...child, value: child.value.slice(0, end) }];
  return divided(node, before, [line, ...rest]);
}

const opensWithDash = /^\s*(?:--|[–—])\s*(?:\S|$)/;

function divided(
  node: Paragraph,
  before: Paragraph['children'],
  after: Paragraph['children'],
): readonly Paragraph[] {
  return before.length === 0
    ? [node]
    : [
        { ...node, children: before },
        { ...node, children: after },
      ];
}
