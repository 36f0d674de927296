import type { Html, Nodes, PhrasingContent, Root, RootContent } from 'mdast';

import { HtmlBuilder } from './html-builder.ts';
import { blockTags, isNoElement, meaningfulTags, plainTags, readTag } from './html-tags.ts';
import { pairTags } from './pair-tags.ts';
import { withoutComments } from './words-between-tags.ts';

interface HtmlParsing {
  /** The text of the file. */
  readonly text: string;
  /** Parses Markdown that has tags inside paragraphs. */
  readonly parse: (value: string) => Root;
  /** True for a text that would take the parser long. */
  readonly isSlow: (value: string) => boolean;
}

/**
 * Reads raw HTML as the Markdown that means the same: paragraphs, headlines, lists, links, images, bold words. HTML
 * that has no such meaning (tables, scripts, forms) stays as it is, to be reported.
 */
export function readHtml(root: Root, parsing: HtmlParsing): Root {
  return { ...root, children: inFlow(root.children, parsing) };
}

function inFlow(nodes: readonly RootContent[], parsing: HtmlParsing): RootContent[] {
  return nodes.flatMap((node): RootContent[] => {
    if (node.type === 'html') return fromBlock(node, parsing);
    if (!('children' in node)) return [node];
    if (isPhrasingParent(node)) return [{ ...node, children: pairTags(node.children) }];
    return [{ ...node, children: inFlow(node.children, parsing) } as RootContent];
  });
}

function isPhrasingParent(node: Nodes): node is Extract<Nodes, { children: PhrasingContent[] }> {
  return node.type === 'paragraph' || node.type === 'heading' || node.type === 'tableCell';
}

function fromBlock(node: Html, parsing: HtmlParsing): RootContent[] {
  const { value } = node;
  if (isComment(value) || parsing.isSlow(value) || !isReadable(value)) return [node];
  const { children } = parsing.parse(value);
  if (children.some(showsTag)) return [node];
  const builder = new HtmlBuilder();
  const place = placesOf(node, parsing.text);
  for (const child of children) {
    shift(child, place);
    if (child.type === 'paragraph') builder.addLine(child);
    else builder.addBlock(child);
  }
  return builder.finish();
}

/** True if a tag became text: micromark reads no address without quotation marks. */
function showsTag(node: Nodes): boolean {
  if ('children' in node) return node.children.some(showsTag);
  return node.type === 'text' && /<\/?[a-z][^<>]*>/i.test(node.value);
}

function isComment(value: string): boolean {
  return /^\s*<!--[\s\S]*?-->\s*$/.test(value);
}

/** True if every tag is known, or text. A comment that is not closed would show what it hides. */
function isReadable(value: string): boolean {
  const open = withoutComments(value);
  if (open.includes('<!') || open.includes('<?')) return false;
  return (open.match(/<\/?[a-z](?:[^>"']|"[^"]*"|'[^']*')*>?/gi) ?? []).every((html) => {
    const name = readTag(html)?.name;
    if (name === undefined) return false;
    return blockTags.has(name) || meaningfulTags.has(name) || plainTags.has(name) || isNoElement(html);
  });
}

/** Offsets in the file of offsets in the node's value, whose lines have lost their prefix (indent, quote mark). */
function placesOf({ value, position }: Html, text: string): (offset: number) => number {
  const start = position?.start.offset ?? 0;
  const lines = value.split('\n');
  const sources = text.slice(start, position?.end.offset).split('\n');
  return (offset) => {
    let inValue = 0;
    let inFile = start;
    for (const [index, line] of lines.entries()) {
      const source = sources[index] ?? '';
      if (offset <= inValue + line.length)
        return inFile + Math.max(source.length - line.length, 0) + offset - inValue;
      inValue += line.length + 1;
      inFile += source.length + 1;
    }
    return inFile;
  };
}

function shift(node: Nodes, place: (offset: number) => number): void {
  if (node.position !== undefined) {
    for (const point of [node.position.start, node.position.end]) point.offset = place(point.offset ?? 0);
  }
  if ('children' in node) for (const child of node.children) shift(child, place);
}
