import type { Heading, Html, List, ListItem, Paragraph, PhrasingContent, RootContent } from 'mdast';

import { blockTags, readTag, wordsOf } from './html-tags.ts';
import type { HtmlTag } from './html-tags.ts';
import { pairTags } from './pair-tags.ts';

interface Frame {
  /** Of the tag that opened it; empty for the outermost. */
  readonly name: string;
  readonly blocks: RootContent[];
  /** The number that a list begins with, if one is given. */
  readonly start?: number;
}

/** Tags that make something of what is inside them; others only end a paragraph. */
const containers = /^(?:h[1-6]|figcaption|summary|blockquote|ul|ol|li)$/;
/** Deeper HTML is not typed by hand. */
const maxFrames = 8;

/** Assembles blocks out of lines with tags in them. */
export class HtmlBuilder {
  readonly #frames: Frame[] = [{ name: '', blocks: [] }];
  #line: PhrasingContent[] = [];

  addLine(paragraph: Paragraph): void {
    for (const node of paragraph.children) {
      const tag = node.type === 'html' ? readTag(node.value) : undefined;
      if (node.type !== 'html' || tag === undefined || !blockTags.has(tag.name)) this.#line.push(node);
      else if (tag.closes) this.#close(tag.name);
      else this.#open(tag, node);
    }
    this.#endLine();
  }

  addBlock(block: RootContent): void {
    this.#endLine();
    this.#top().blocks.push(block);
  }

  finish(): RootContent[] {
    this.#endLine();
    while (this.#frames.length > 1) this.#build();
    return this.#top().blocks;
  }

  #open({ name, attributes }: HtmlTag, node: Html): void {
    this.#endLine();
    if (name === 'hr') this.#top().blocks.push({ type: 'thematicBreak', ...at(node) });
    if (!containers.test(name) || this.#frames.length >= maxFrames) return;
    const start = /^\d{1,4}$/.exec(attributes.get('start') ?? '')?.[0];
    this.#frames.push({ name, blocks: [], ...(start === undefined ? {} : { start: Number(start) }) });
  }

  #close(name: string): void {
    this.#endLine();
    if (!containers.test(name) || !this.#frames.some((frame) => frame.name === name)) return;
    while (this.#top().name !== name) this.#build();
    this.#build();
  }

  #top(): Frame {
    return this.#frames.at(-1) ?? { name: '', blocks: [] };
  }

  #endLine(): void {
    const children = trimmed(pairTags(this.#line));
    this.#line = [];
    const [first] = children;
    if (first === undefined) return;
    const position = first.position && {
      start: first.position.start,
      end: children.at(-1)?.position?.end ?? first.position.end,
    };
    this.#top().blocks.push({ type: 'paragraph', children, ...(position === undefined ? {} : { position }) });
  }

  #build(): void {
    const frame = this.#frames.pop();
    if (frame === undefined || frame.blocks.length === 0) return;
    this.#top().blocks.push(...toBlocks(frame));
  }
}

function toBlocks({ name, blocks, start }: Frame): readonly RootContent[] {
  const [first] = blocks;
  if (first === undefined) return [];
  switch (name) {
    case 'ul':
    case 'ol': {
      const list: List = { type: 'list', ordered: name === 'ol', children: blocks.map(toItem), ...at(first) };
      if (name === 'ol' && start !== undefined) list.start = start;
      return [list];
    }
    case 'li':
      return [{ type: 'listItem', children: blocks as ListItem['children'], ...at(first) }];
    case 'blockquote':
      return [{ type: 'blockquote', children: blocks as ListItem['children'], ...at(first) }];
    case 'figcaption':
      return blocks.map((block) => wrapped(block, 'emphasis'));
    case 'summary':
      return blocks.map((block) => wrapped(block, 'strong'));
    default:
      return blocks.map((block) => toHeading(block, Number(name.slice(1)) as Heading['depth']));
  }
}

function toItem(block: RootContent): ListItem {
  return block.type === 'listItem'
    ? block
    : { type: 'listItem', children: [block] as ListItem['children'], ...at(block) };
}

function toHeading(block: RootContent, depth: Heading['depth']): RootContent {
  // An image in a headline stays a paragraph: headlines are words.
  if (block.type !== 'paragraph' || wordsOf(block.children).trim() === '') return block;
  return { ...block, type: 'heading', depth };
}

function wrapped(block: RootContent, type: 'emphasis' | 'strong'): RootContent {
  if (block.type !== 'paragraph' || wordsOf(block.children).trim() === '') return block;
  return { ...block, children: [{ type, children: block.children, ...at(block) }] };
}

/** Without blanks and line breaks at its ends. */
function trimmed(nodes: readonly PhrasingContent[]): PhrasingContent[] {
  const isBlank = (node: PhrasingContent): boolean => node.type === 'text' && node.value.trim() === '';
  const first = nodes.findIndex((node) => !isBlank(node));
  if (first === -1) return [];
  return nodes.slice(first, nodes.findLastIndex((node) => !isBlank(node)) + 1);
}

function at({ position }: RootContent): Pick<RootContent, 'position'> {
  return position === undefined ? {} : { position };
}
