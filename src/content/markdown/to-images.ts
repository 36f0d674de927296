import type { Image, Link, LinkReference, Paragraph, PhrasingContent } from 'mdast';
import { z } from 'zod';

import type { Block } from '../../domain/editions/digest.ts';
import { checkImageSource } from '../check-image-source.ts';
import { checkLinkUrl } from '../check-url.ts';
import { sectionLineShape, textField } from '../digest-fields.ts';
import { attributePlaces, readLine } from './attribute-values.ts';
import { parseSmallPrint } from './parse-line.ts';
import { readAttributes, reportRest } from './read-attributes.ts';
import type { AttributeList } from './read-attributes.ts';
import { checkedText, placeOf, reportHtml } from './to-inlines.ts';
import type { BlockContext } from './to-inlines.ts';

const imageSchema = z.strictObject({
  caption: textField(400, {
    title: 'Caption',
    description: 'What the picture means for the story; links may stand in it.',
  }).optional(),
  credit: sectionLineShape.credit,
});

type ImageNode = Extract<PhrasingContent, { type: 'image' | 'imageReference' }>;

function isImage(node: PhrasingContent): node is ImageNode {
  return node.type === 'image' || node.type === 'imageReference';
}

/** `[![alt](file "credit")](url)`: a video still, a chart, a banner. */
function isLinkedImage(node: PhrasingContent): node is Link | LinkReference {
  if (node.type !== 'link' && node.type !== 'linkReference') return false;
  const shown = node.children.filter((child) => child.type !== 'text' || child.value.trim() !== '');
  return shown.length > 0 && shown.every(isImage);
}

interface ImageContext {
  readonly context: BlockContext;
  /** The attribute line below it. */
  readonly list?: AttributeList | undefined;
}

/** True for a paragraph of images, with or without an attribute line below the last one. */
export function isOfImages(node: Paragraph): boolean {
  const last = node.children.findLastIndex(isImageOrLinked);
  const rest = node.children.filter(
    (child, index) => !isImageOrLinked(child) && !isInvisible(child, index > last),
  );
  const after = node.children[last + 1];
  if (rest[0] !== undefined && rest[0] === after) return attributeLine.test(textOf(after));
  return last !== -1 && rest.length === 0;
}

/** `{caption="..." credit="..."}` on the line below an image. */
const attributeLine = /^\s*\n\s*\{(?![{%])/;

/** The images of a paragraph that consists of them; the attribute line belongs to the last one. */
export function fromImages(node: Paragraph, context: BlockContext): readonly Block[] {
  const list = readImageAttributes(node, context);
  const images = node.children.filter(isImageOrLinked);
  for (const child of node.children)
    if (child.type === 'html') reportHtml(child.value, placeOf(child, context), context.report);
  return images.flatMap((image) => {
    const below = image === images.at(-1) ? list : undefined;
    if (isImage(image)) return toImage(image, { context, list: below });
    const href = readHref(image, context);
    return image.children.filter(isImage).flatMap((child) => toImage(child, { context, list: below, href }));
  });
}

function isImageOrLinked(node: PhrasingContent): node is ImageNode | Link | LinkReference {
  return isImage(node) || isLinkedImage(node);
}

function isInvisible(node: PhrasingContent, isAfter: boolean): boolean {
  if (node.type === 'text') return node.value.trim() === '';
  return node.type === 'html' || (node.type === 'break' && !isAfter);
}

function textOf(node: PhrasingContent): string {
  return node.type === 'text' ? node.value : '';
}

function readImageAttributes(node: Paragraph, context: BlockContext): AttributeList | undefined {
  const after = node.children[node.children.findLastIndex(isImageOrLinked) + 1];
  if (after === undefined || !attributeLine.test(textOf(after))) return undefined;
  const list = readAttributes(context, context.text.indexOf('{', after.position?.start.offset));
  const end = node.position?.end.offset ?? list.end;
  if (context.text.slice(list.end, end).trim() !== '') reportRest(context, list.end);
  return list;
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
  { context, list, href }: ImageContext & { readonly href?: string | undefined },
): readonly Block[] {
  const at = placeOf(node, context);
  const target: Pick<Image, 'url' | 'title'> | undefined =
    node.type === 'image' ? node : context.definitions.get(node.identifier);
  const source = checkImageSource(target?.url ?? '');
  const alt = checkedText((node.alt ?? '').replaceAll(/\s+/g, ' ').trim(), node, context);
  const { report } = context;
  const below = readLine(imageSchema, list, { what: 'The line below an image', context }) ?? {};
  const title = (target?.title ?? '').replaceAll(/\s+/g, ' ').trim();
  const credit = below.credit ?? parseSmallPrint(title, { report, placeOf: () => at });
  const caption =
    list === undefined
      ? undefined
      : parseSmallPrint(below.caption, { report, placeOf: attributePlaces('caption', list, context) });
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
      ...(caption === undefined || caption.length === 0 ? {} : { caption }),
      ...(credit === undefined ? {} : { credit }),
      ...(href === undefined ? {} : { href }),
      at,
    },
  ];
}
