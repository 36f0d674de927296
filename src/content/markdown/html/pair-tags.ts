import type { Html, PhrasingContent } from 'mdast';

import { isNoElement, plainTags, readTag, toImageNode, wordsOf } from './html-tags.ts';
import type { HtmlTag } from './html-tags.ts';

interface Frame {
  readonly tag: HtmlTag | undefined;
  /** The node that opened it. */
  readonly opener: Html | undefined;
  readonly children: PhrasingContent[];
}

/** More are not nested by hand. */
const maxFrames = 8;

/** Reads pairs of tags inside a line as the Markdown that means the same. Other tags stay, to be reported. */
export function pairTags(nodes: readonly PhrasingContent[]): PhrasingContent[] {
  if (!nodes.some((node) => node.type === 'html' || 'children' in node)) return [...nodes];
  const frames: Frame[] = [{ tag: undefined, opener: undefined, children: [] }];
  for (const node of nodes) {
    const tag = node.type === 'html' && !isNoElement(node.value) ? readTag(node.value) : undefined;
    if (node.type !== 'html' || tag === undefined) push(frames, withChildren(node));
    else if (tag.name === 'img') push(frames, toImageNode(tag, node.position));
    else if (tag.closes) close(frames, tag, node);
    else if (isPairable(tag) && frames.length < maxFrames) frames.push({ tag, opener: node, children: [] });
    else push(frames, node);
  }
  while (frames.length > 1) giveUp(frames);
  return frames[0]?.children ?? [];
}

function isPairable({ name }: HtmlTag): boolean {
  return Object.hasOwn(builders, name) || (plainTags.has(name) && name !== 'wbr');
}

function withChildren(node: PhrasingContent): PhrasingContent {
  if (!('children' in node)) return node;
  return { ...node, children: pairTags(node.children) };
}

function push(frames: readonly Frame[], ...nodes: readonly PhrasingContent[]): void {
  frames.at(-1)?.children.push(...nodes);
}

function close(frames: Frame[], { name }: HtmlTag, node: Html): void {
  if (!frames.some(({ tag }) => tag?.name === name)) {
    push(frames, node);
    return;
  }
  while (frames.at(-1)?.tag?.name !== name) giveUp(frames);
  const { tag, opener, children } = frames.pop() ?? {};
  if (tag === undefined || opener === undefined || children === undefined) return;
  const built = builders[name]?.(children, tag);
  // A tag about the look alone is reported once, not at its end too.
  if (built === undefined) push(frames, opener, ...children, ...(plainTags.has(name) ? [] : [node]));
  else push(frames, opener.position === undefined ? built : { ...built, position: opener.position });
}

/** A tag that is never closed stays what it is. */
function giveUp(frames: Frame[]): void {
  const { opener, children = [] } = frames.pop() ?? {};
  push(frames, ...(opener === undefined ? [] : [opener]), ...children);
}

type Build = (children: PhrasingContent[], tag: HtmlTag) => PhrasingContent | undefined;

const strong: Build = (children) => (isEmpty(children) ? undefined : { type: 'strong', children });
const emphasis: Build = (children) => (isEmpty(children) ? undefined : { type: 'emphasis', children });
const struck: Build = (children) => (isEmpty(children) ? undefined : { type: 'delete', children });

const builders: Readonly<Record<string, Build>> = {
  b: strong,
  strong,
  i: emphasis,
  em: emphasis,
  s: struck,
  del: struck,
  strike: struck,
  code: (children) =>
    children.every(({ type }) => type === 'text')
      ? { type: 'inlineCode', value: wordsOf(children) }
      : undefined,
  a: (children, { attributes }) => {
    const url = attributes.get('href');
    // Markdown knows no link inside a link; an anchor leads nowhere.
    if (url === undefined || children.some(({ type }) => type === 'link')) return undefined;
    return { type: 'link', url, children };
  },
  sup: (children) => digits(children, '⁰¹²³⁴⁵⁶⁷⁸⁹'),
  sub: (children) => digits(children, '₀₁₂₃₄₅₆₇₈₉'),
};

function isEmpty(children: readonly PhrasingContent[]): boolean {
  return wordsOf(children).trim() === '' && !children.some(({ type }) => type === 'image');
}

/** "m<sup>2</sup>" is "m²"; raised letters have no signs of their own. */
function digits(children: readonly PhrasingContent[], signs: string): PhrasingContent | undefined {
  const words = wordsOf(children);
  if (!/^\d{1,3}$/.test(words)) return undefined;
  return { type: 'text', value: words.replaceAll(/\d/g, (digit) => signs[Number(digit)] ?? digit) };
}
