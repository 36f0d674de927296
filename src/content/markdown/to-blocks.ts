import type { Blockquote, Image, List, ListItem, Paragraph, PhrasingContent, RootContent } from 'mdast';

import type { Block, Inline } from '../../domain/editions/digest.ts';
import { inlineText } from '../../domain/editions/inline-text.ts';
import { checkImageSource } from '../check-image-source.ts';
import { splitLeadIn } from './split-lead-in.ts';
import { checkedText, placeOf, reportHtml, toInlines } from './to-inlines.ts';
import type { BlockContext } from './to-inlines.ts';

/** Paragraphs, bullets, quotes, images and "Go deeper" links; anything else is reported and left out. */
export function toBlocks(nodes: readonly RootContent[], context: BlockContext): readonly Block[] {
  return nodes.flatMap((node) => toBlock(node, context));
}

function toBlock(node: RootContent, context: BlockContext): readonly Block[] {
  const at = placeOf(node, context);
  if (node.type === 'paragraph') return fromParagraph(node, context);
  if (node.type === 'list') {
    const items = node.children.flatMap((item) => toItem(item, context));
    reportStrayNumber(node, context);
    return items.length === 0 ? [] : [{ kind: 'list', ordered: node.ordered === true, items, at }];
  }
  if (node.type === 'blockquote') {
    const paragraphs = toQuote(node, context);
    return paragraphs.length === 0 ? [] : [{ kind: 'quote', paragraphs, at }];
  }
  if (node.type === 'html') reportHtml(node.value, at, context.report);
  else if (node.type === 'thematicBreak') {
    context.report.warn({
      rule: 'rule-dropped',
      message: 'A line of dashes or stars is left out: the template draws the lines between stories.',
      hint: 'Delete it.',
      at,
    });
  } else if (node.type !== 'definition') {
    const [what, hint] = unsupportedBlocks[node.type] ?? [`A ${node.type}`, undefined];
    reportUnsupported(node, what, hint, context);
  }
  return [];
}

const unsupportedBlocks: Readonly<Record<string, readonly [string, string]>> = {
  code: ['A block of code', 'Take away the "```" lines.'],
  heading: ['A headline inside a story', 'Begin a paragraph with bold text instead: **By the numbers:**'],
  containerDirective: ['A block inside another', 'Close the one above with ":::" first.'],
};

function fromParagraph(node: Paragraph, context: BlockContext): readonly Block[] {
  const shown = node.children.filter((child) => !isInvisible(child));
  if (shown.length > 0 && shown.every(isImage)) {
    for (const child of node.children)
      if (child.type === 'html') reportHtml(child.value, placeOf(child, context), context.report);
    return shown.flatMap((image) => toImage(image, context));
  }
  const content = toInlines(node.children, context);
  const at = placeOf(node, context);
  const [only] = content;
  if (only === undefined) return [];
  if (content.length === 1 && only.kind === 'link') {
    return [{ kind: 'go-deeper', text: oneLine(only.children), url: only.url, at }];
  }
  return [{ kind: 'paragraph', ...splitLeadIn(content), at }];
}

function isInvisible(node: PhrasingContent): boolean {
  return node.type === 'html' || node.type === 'break' || (node.type === 'text' && node.value.trim() === '');
}

type ImageNode = Extract<PhrasingContent, { type: 'image' | 'imageReference' }>;

function isImage(node: PhrasingContent): node is ImageNode {
  return node.type === 'image' || node.type === 'imageReference';
}

function toImage(node: ImageNode, context: BlockContext): readonly Block[] {
  const at = placeOf(node, context);
  const target: Pick<Image, 'url' | 'title'> | undefined =
    node.type === 'image' ? node : context.definitions.get(node.identifier);
  const source = checkImageSource(target?.url ?? '');
  const alt = checkedText((node.alt ?? '').replaceAll(/\s+/g, ' ').trim(), node, context);
  const credit = checkedText((target?.title ?? '').replaceAll(/\s+/g, ' ').trim(), node, context);
  if (!source.ok) context.report.error({ ...source, at });
  if (alt === '') {
    context.report.error({
      rule: 'image-alt-missing',
      message: 'The image has no text for people who do not see it.',
      hint: 'Say between the brackets what it shows: ![Lines down near Tulsa](...).',
      at,
    });
  }
  if (!source.ok || alt === '') return [];
  return [{ kind: 'image', src: source.url, alt, ...(credit === '' ? {} : { credit }), at }];
}

function toItem(
  item: ListItem,
  context: BlockContext,
): readonly { readonly leadIn?: string; readonly content: readonly Inline[] }[] {
  const [first, ...rest] = item.children.filter((child) => child.type !== 'definition');
  for (const extra of rest) {
    const hint =
      extra.type === 'list' ? 'Make the inner bullets bullets of their own.' : 'Make it a bullet of its own.';
    reportUnsupported(extra, 'A second paragraph or list inside a bullet', hint, context);
  }
  if (first === undefined) {
    const message = 'A bullet is empty.';
    context.report.error({
      rule: 'bullet-empty',
      message,
      hint: 'Write it or delete it.',
      at: placeOf(item, context),
    });
    return [];
  }
  if (first.type !== 'paragraph') {
    reportUnsupported(
      first,
      'Something other than a line of text inside a bullet',
      'A bullet holds one line.',
      context,
    );
    return [];
  }
  const split = splitLeadIn(toInlines(first.children, context));
  return split.content.length === 0 && split.leadIn === undefined ? [] : [split];
}

function toQuote(node: Blockquote, context: BlockContext): readonly (readonly Inline[])[] {
  return node.children.flatMap((child) => {
    if (child.type === 'paragraph') {
      const content = toInlines(child.children, context);
      return content.length === 0 ? [] : [content];
    }
    if (child.type === 'html') reportHtml(child.value, placeOf(child, context), context.report);
    else if (child.type !== 'definition') {
      reportUnsupported(
        child,
        'Something other than paragraphs inside a quote',
        'A quote holds paragraphs.',
        context,
      );
    }
    return [];
  });
}

/** "1986. A great year." at the start of a paragraph is a numbered list to Markdown. */
function reportStrayNumber(node: List, context: BlockContext): void {
  const start = node.start ?? 1;
  if (node.ordered !== true || start < 100) return;
  context.report.warn({
    rule: 'number-as-list',
    message: `"${start}." at the start of a line makes a numbered list.`,
    hint: `Write "${start}\\." where it is a sentence.`,
    at: placeOf(node, context),
  });
}

function reportUnsupported(
  node: RootContent,
  what: string,
  hint: string | undefined,
  context: BlockContext,
): void {
  const message = `${what} has no place in a digest.`;
  context.report.error({ rule: 'markdown-unsupported', message, hint, at: placeOf(node, context) });
}

export function oneLine(content: readonly Inline[]): string {
  return inlineText(content).replaceAll(/\s+/g, ' ').trim();
}

/** True for nodes without visible text, which are no mistake where no text is expected. */
export function isSilent({ type }: RootContent): boolean {
  return type === 'definition' || type === 'html' || type === 'thematicBreak';
}
