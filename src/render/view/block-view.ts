import type { Block, Image, Inline } from '../../domain/editions/digest.ts';
import type { EditionPhrases } from '../../phrases/phrases.ts';
import { clean } from './clean.ts';
import { inlineViews, plainInline, plainLink } from './inline-view.ts';
import type { InlineView } from './inline-view.ts';

/** Running text with its lead-in, for HTML and as one plain paragraph. */
export interface TextView {
  readonly leadIn: string;
  readonly content: readonly InlineView[];
  readonly plain: string;
}

/** An entry of a list, with the prefixes of its first and further lines in plain text. */
export interface ListItemView extends TextView {
  readonly marker: string;
  readonly indent: string;
}

/** A block as the templates see it; `kind` names its partial. */
export type BlockView =
  | ({ readonly kind: 'paragraph' } & TextView)
  | { readonly kind: 'list'; readonly ordered: boolean; readonly items: readonly ListItemView[] }
  | { readonly kind: 'quote'; readonly paragraphs: readonly TextView[] }
  | {
      readonly kind: 'image';
      readonly url: string;
      readonly alt: string;
      readonly credit: string;
      /** CSS pixels: at most the column. */
      readonly width: number;
      /** In proportion; 0 where the image's size is not known. */
      readonly height: number;
      readonly plain: string;
    }
  | { readonly kind: 'go-deeper'; readonly text: string; readonly url: string; readonly plain: string };

/** What a block's view needs from outside. */
export interface BlockContext {
  readonly phrases: EditionPhrases;
  /** Returns an image's URL and size, or undefined if it is unknown; the finder records unknown ones. */
  readonly findImage: (image: Image) => FoundImage | undefined;
}

/** Where an image is, and its size in pixels where that is known. */
export interface FoundImage {
  readonly url: string;
  readonly width?: number;
  readonly height?: number;
}

/** CSS pixels between the side paddings of the 600 pixel column. */
const columnWidth = 560;

export function blockViews(blocks: readonly Block[], context: BlockContext): BlockView[] {
  return blocks.flatMap((block) => blockView(block, context) ?? []);
}

export function textView(content: readonly Inline[], leadIn = ''): TextView {
  const lead = clean(leadIn);
  const plain = plainInline(content);
  return { leadIn: lead, content: inlineViews(content), plain: lead === '' ? plain : `${lead} ${plain}` };
}

function blockView(block: Block, context: BlockContext): BlockView | undefined {
  switch (block.kind) {
    case 'paragraph':
      return { kind: 'paragraph', ...textView(block.content, block.leadIn) };
    case 'list':
      return {
        kind: 'list',
        ordered: block.ordered,
        items: block.items.map((item, index) => {
          const marker = block.ordered ? `${index + 1}. ` : '- ';
          return { ...textView(item.content, item.leadIn), marker, indent: ' '.repeat(marker.length) };
        }),
      };
    case 'quote':
      return { kind: 'quote', paragraphs: block.paragraphs.map((content) => textView(content)) };
    case 'image':
      return imageView(block, context);
    case 'go-deeper': {
      const url = clean(block.url);
      const text = telling(clean(block.text), url, context.phrases);
      return { kind: 'go-deeper', text, url, plain: plainLink(text, url) };
    }
  }
}

function imageView(image: Image, { findImage, phrases }: BlockContext): BlockView | undefined {
  const found = findImage(image);
  if (found === undefined) return undefined;
  const alt = clean(image.alt);
  const credit = clean(image.credit ?? '');
  const width = Math.min(columnWidth, found.width ?? columnWidth);
  return {
    kind: 'image',
    url: found.url,
    alt,
    credit,
    width,
    height: Math.round(((found.height ?? 0) / (found.width ?? 1)) * width),
    plain: `[${phrases.image}: ${alt}${credit === '' ? '' : ` (${credit})`}]`,
  };
}

/** Link text that says where it goes: a bare "Go deeper" gets the host of its address. */
function telling(text: string, url: string, phrases: EditionPhrases): string {
  if (!vague.has(text.toLowerCase().replace(/[\s:.…→]+$/u, ''))) return text;
  const host = hostOf(url);
  return host === '' ? text : phrases.linkTo(text.replace(/[\s:.…→]+$/u, ''), host);
}

/** Link texts that say nothing about where they go. */
export const vague: ReadonlySet<string> = new Set([
  'go deeper',
  'read more',
  'more',
  'click here',
  'here',
  'link',
  'this',
  'learn more',
  'continue reading',
]);

function hostOf(url: string): string {
  return URL.parse(url)?.hostname.replace(/^www\./u, '') ?? '';
}
