import type { Block, Image, Inline, List, Quote, Table } from '../../domain/editions/digest.ts';
import type { EditionPhrases } from '../../phrases/phrases.ts';
import { isVagueLink } from '../../phrases/vague-links.ts';
import { clean } from './clean.ts';
import { inlineViews, plainInline, plainLink, urlOf } from './inline-view.ts';
import type { InlineView, TextContext } from './inline-view.ts';
import { tableLines } from './table-lines.ts';
import { splitEnd, tiedEnd } from './tied.ts';

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
  /** What follows its first paragraph. */
  readonly blocks: readonly BlockView[];
  /** True if there is text before these. */
  readonly hasText: boolean;
}

export interface TableCellView extends TextView {
  readonly align: 'left' | 'center' | 'right';
}

/** A block as the templates see it; `kind` names its partial. */
export type BlockView =
  | ({ readonly kind: 'paragraph' } & TextView)
  | {
      readonly kind: 'list';
      readonly ordered: boolean;
      /** The first number of an ordered list. */
      readonly start: number;
      /** True inside a bullet. */
      readonly inner: boolean;
      readonly items: readonly ListItemView[];
    }
  | ({ readonly kind: 'subheading'; readonly level: 2 | 3; readonly minor: boolean } & TextView)
  | { readonly kind: 'code-block'; readonly text: string; readonly lines: readonly string[] }
  | {
      readonly kind: 'table';
      readonly head: readonly TableCellView[];
      readonly rows: readonly (readonly TableCellView[])[];
      /** Its lines in plain text. */
      readonly lines: readonly string[];
    }
  | {
      readonly kind: 'footnotes';
      readonly notes: readonly (TextView & { readonly number: number; readonly marker: string })[];
    }
  | {
      readonly kind: 'quote';
      readonly paragraphs: readonly TextView[];
      /** What else than paragraphs it holds, and then these too. */
      readonly blocks: readonly BlockView[];
      /** Who said it, without the dash before it; null if the quote does not say. */
      readonly attribution: TextView | null;
    }
  | {
      readonly kind: 'image';
      readonly url: string;
      readonly alt: string;
      readonly caption: TextView | null;
      readonly credit: TextView | null;
      /** Where it leads, or empty. */
      readonly href: string;
      /** CSS pixels: at most the column. */
      readonly width: number;
      /** In proportion; 0 where the image's size is not known. */
      readonly height: number;
      readonly plain: string;
    }
  | {
      readonly kind: 'go-deeper';
      readonly text: string;
      /** The same in two parts: the arrow stays on the line of the second. */
      readonly beginning: string;
      readonly ending: string;
      readonly url: string;
      readonly foreign: boolean;
      readonly plain: string;
    };

/** What a block's view needs from outside. */
export interface BlockContext extends TextContext {
  readonly phrases: EditionPhrases;
  /** CSS pixels: no image is wider. */
  readonly textWidth: number;
  /** True for blocks below a headline of their own. */
  readonly underHeadline: boolean;
  /** Returns an image's URL and size, or undefined if it is unknown; the finder records unknown ones. */
  readonly findImage: (image: Image) => FoundImage | undefined;
}

/** Where an image is, and its size in pixels where that is known. */
export interface FoundImage {
  readonly url: string;
  readonly width?: number;
  readonly height?: number;
}

export function blockViews(blocks: readonly Block[], context: BlockContext, inner = false): BlockView[] {
  return blocks.flatMap((block) => blockView(block, context, inner) ?? []);
}

export function textView(content: readonly Inline[], context: TextContext, leadIn = ''): TextView {
  const lead = clean(leadIn);
  const plain = plainInline(content, context);
  return {
    leadIn: lead,
    content: inlineViews(content, context),
    plain: lead === '' ? plain : `${lead} ${plain}`,
  };
}

function blockView(block: Block, context: BlockContext, inner: boolean): BlockView | undefined {
  switch (block.kind) {
    case 'paragraph':
      return { kind: 'paragraph', ...textView(block.content, context, block.leadIn) };
    case 'list':
      return listView(block, context, inner);
    case 'quote':
      return quoteView(block, context);
    case 'image':
      return imageView(block, context);
    case 'go-deeper': {
      const url = urlOf(block.url, context);
      const text = telling(clean(block.text), url, context.phrases);
      return {
        kind: 'go-deeper',
        text,
        ...splitEnd(text),
        url,
        foreign: context.foreign,
        plain: plainLink(text, url),
      };
    }
    case 'subheading':
      return {
        kind: 'subheading',
        level: context.underHeadline ? 3 : 2,
        minor: block.level > 3,
        ...textView(block.content, context),
      };
    case 'code-block': {
      const lines = block.text.split('\n').map(clean);
      return { kind: 'code-block', text: lines.join('\n'), lines };
    }
    case 'table':
      return tableView(block, context);
    case 'footnotes':
      return {
        kind: 'footnotes',
        notes: block.notes.map(({ number, content }) => ({
          number,
          marker: `[${number}] `,
          ...textView(content, context),
        })),
      };
  }
}

/** A last paragraph that opens with a dash names the speaker. */
function quoteView({ paragraphs, blocks = [] }: Quote, context: BlockContext): BlockView {
  const last = paragraphs.at(-1) ?? [];
  const [first, ...rest] = last;
  const dash = first?.kind === 'text' ? /^(?:--?|[\u2013\u2014])\s*/u.exec(first.value) : null;
  if (paragraphs.length < 2 || first?.kind !== 'text' || dash === null) {
    return {
      kind: 'quote',
      paragraphs: paragraphs.map((content) => tiedEnd(textView(content, context))),
      blocks: blockViews(blocks, context, true),
      attribution: null,
    };
  }
  const speaker: readonly Inline[] = [{ kind: 'text', value: first.value.slice(dash[0].length) }, ...rest];
  return {
    kind: 'quote',
    paragraphs: paragraphs.slice(0, -1).map((content) => tiedEnd(textView(content, context))),
    blocks: [],
    attribution: textView(speaker, context),
  };
}

function listView(list: List, context: BlockContext, inner: boolean): BlockView {
  return {
    kind: 'list',
    ordered: list.ordered,
    start: list.items[0]?.number ?? 1,
    inner,
    items: list.items.map((item, index) => {
      const marker = list.ordered ? `${item.number ?? index + 1}. ` : '- ';
      return {
        ...textView(item.content, context, item.leadIn),
        marker,
        indent: ' '.repeat(marker.length),
        blocks: blockViews(item.blocks ?? [], context, true),
        hasText: item.content.length > 0 || item.leadIn !== undefined,
      };
    }),
  };
}

function tableView({ align, head, rows }: Table, context: BlockContext): BlockView {
  const side = (index: number): TableCellView['align'] => {
    const wanted = align[index] ?? 'start';
    if (wanted === 'center') return 'center';
    return (wanted === 'start') === context.rtl ? 'right' : 'left';
  };
  const toCells = (cells: Table['head']): TableCellView[] =>
    cells.map((content, index) => ({ ...textView(content, context), align: side(index) }));
  const view = { head: toCells(head), rows: rows.map(toCells) };
  return { kind: 'table', ...view, lines: tableLines(view) };
}

/** A credit or caption; null if there is none. */
export function smallPrintView(
  content: readonly Inline[] | undefined,
  context: TextContext,
): TextView | null {
  return content === undefined || content.length === 0 ? null : textView(content, context);
}

function imageView(image: Image, context: BlockContext): BlockView | undefined {
  const found = context.findImage(image);
  if (found === undefined) return undefined;
  const { phrases } = context;
  const alt = clean(image.alt);
  const caption = smallPrintView(image.caption, context);
  const credit = smallPrintView(image.credit, context);
  const href = image.href === undefined ? '' : urlOf(image.href, context);
  const creditText = credit === null ? '' : `(${credit.plain})`;
  const below = caption === null ? [] : [caption.plain, creditText];
  const said = caption === null ? [alt, creditText] : [alt];
  const width = Math.min(context.textWidth, found.width ?? context.textWidth);
  return {
    kind: 'image',
    url: found.url,
    alt,
    caption,
    credit,
    width,
    height: Math.round(((found.height ?? 0) / (found.width ?? 1)) * width),
    href,
    plain: joined([`[${phrases.image}: ${joined(said)}]`, href === '' ? '' : `<${href}>`, ...below]),
  };
}

function joined(parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(' ');
}

/** Link text that says where it goes: a bare "Go deeper" gets the host of its address. */
function telling(text: string, url: string, phrases: EditionPhrases): string {
  if (!isVagueLink(text)) return text;
  const host = hostOf(url);
  return host === '' ? text : phrases.linkTo(text.replace(/[\s:.…→]+$/u, ''), host);
}

function hostOf(url: string): string {
  return URL.parse(url)?.hostname.replace(/^www\./u, '') ?? '';
}
