import type { Image, Link, LinkReference, PhrasingContent } from 'mdast';

import type { Block } from '../../domain/editions/digest.ts';
import { checkImageSource } from '../check-image-source.ts';
import { checkLinkUrl } from '../check-url.ts';
import { checkedText, placeOf } from './to-inlines.ts';
import type { BlockContext } from './to-inlines.ts';

type ImageNode = Extract<PhrasingContent, { type: 'image' | 'imageReference' }>;

export function isImage(node: PhrasingContent): node is ImageNode {
  return node.type === 'image' || node.type === 'imageReference';
}

/** `[![alt](file "credit")](url)`: a video still, a chart, a banner. */
export function isLinkedImage(node: PhrasingContent): node is Link | LinkReference {
  if (node.type !== 'link' && node.type !== 'linkReference') return false;
  const shown = node.children.filter((child) => child.type !== 'text' || child.value.trim() !== '');
  return shown.length > 0 && shown.every(isImage);
}

/** The images of a paragraph that consists of images. */
export function fromImages(nodes: readonly PhrasingContent[], context: BlockContext): readonly Block[] {
  return nodes.flatMap((node) => {
    if (isImage(node)) return toImage(node, { context });
    if (!isLinkedImage(node)) return [];
    const href = readHref(node, context);
    return node.children.filter(isImage).flatMap((image) => toImage(image, { context, href }));
  });
}

function readHref(node: Link | LinkReference, context: BlockContext): string | undefined {
  const url = node.type === 'link' ? node.url : (context.definitions.get(node.identifier)?.url ?? '');
  const checked = checkLinkUrl(url);
  if (checked.ok) return checked.url;
  context.report.error({ ...checked, at: placeOf(node, context) });
  return undefined;
}

function toImage(
  node: ImageNode,
  { context, href }: { readonly context: BlockContext; readonly href?: string | undefined },
): readonly Block[] {
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
  return [
    {
      kind: 'image',
      src: source.url,
      alt,
      ...(credit === '' ? {} : { credit }),
      ...(href === undefined ? {} : { href }),
      at,
    },
  ];
}
