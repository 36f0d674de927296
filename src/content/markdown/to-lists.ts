import type { List, ListItem as ItemNode, RootContent } from 'mdast';

import type { Block, Inline, ListItem } from '../../domain/editions/digest.ts';
import { limits } from '../limits.ts';
import { splitLeadIn } from './split-lead-in.ts';
import { isOfImages } from './to-images.ts';
import { placeOf, reportUnsupported, toInlines } from './to-inlines.ts';
import type { BlockContext } from './to-inlines.ts';

interface ListContext {
  readonly context: BlockContext;
  /** Lists around this one. */
  readonly depth: number;
  /** Reads what is inside a bullet. */
  readonly toInner: (nodes: readonly RootContent[], context: BlockContext, depth: number) => readonly Block[];
}

/**
 * A list; or paragraphs, if its numbers are not those of a list: "24. Dezember ist Heiligabend.", or if its bullets
 * are the signs of numbers: "+ 3 percent".
 */
export function fromList(node: List, lists: ListContext): readonly Block[] {
  const { context, depth } = lists;
  const ordered = node.ordered === true;
  if (depth >= limits.listDepth) {
    const what = `A list at level ${depth + 1}`;
    reportUnsupported(node, {
      what,
      hint: 'Bullets have three levels: write it as a sentence of the bullet above.',
      context,
    });
    return [];
  }
  const numbers = ordered ? numbersOf(node, context) : [];
  if (ordered && !isCounting(numbers)) {
    return toParagraphs(
      node,
      numbers.map((number) => `${number}.`),
      lists,
    );
  }
  const signs = node.children.map((item) => signOf(item, context));
  if (!ordered && signs.every((sign) => sign !== undefined)) return toParagraphs(node, signs, lists);
  const items = node.children.flatMap((item, index) =>
    toItem(item, ordered ? (numbers[index] ?? index + 1) : undefined, lists),
  );
  return items.length === 0 ? [] : [{ kind: 'list', ordered, items, at: placeOf(node, context) }];
}

/** The numbers as they were typed; counted up where all are the same, as Markdown allows. */
export function numbersOf(node: List, { text }: BlockContext): readonly number[] {
  const typed = node.children.map((item) => {
    const offset = item.position?.start.offset ?? 0;
    return Number(/^\s*(\d{1,9})[.)]/.exec(text.slice(offset, offset + 40))?.[1] ?? node.start ?? 1);
  });
  const [first = 1] = typed;
  const isOneNumber = typed.length > 1 && typed.every((number) => number === first);
  return isOneNumber ? typed.map((_, index) => first + index) : typed;
}

/** A list counts by ones. A single item is one only if it begins to count: "25. That is how many." is a sentence. */
function isCounting(numbers: readonly number[]): boolean {
  if (numbers.length === 1) return numbers[0] === 1;
  return numbers.every((number, index) => index === 0 || number === (numbers[index - 1] ?? 0) + 1);
}

/** "+" before a number, and "-" before one in a line next to such a line; undefined for a bullet. */
function signOf({ position }: ItemNode, { text }: BlockContext): string | undefined {
  const start = position?.start.offset ?? 0;
  const lineAt = (offset: number) => text.slice(text.lastIndexOf('\n', offset - 1) + 1).split('\n', 2);
  const [own = '', next = ''] = lineAt(start);
  const before = text.slice(0, start).split('\n').at(-2) ?? '';
  const [sign] = /^\s*([-+])[ \t]+[\p{Sc}]?\d/u.exec(own)?.slice(1) ?? [];
  const isGain = (line: string) => /^\s*\+[ \t]*[\p{Sc}]?\d/u.test(line);
  return sign === '+' || (sign === '-' && (isGain(before) || isGain(next))) ? sign : undefined;
}

function toParagraphs(
  node: List,
  prefixes: readonly string[],
  { context, depth, toInner }: ListContext,
): readonly Block[] {
  return node.children.flatMap((item, index): readonly Block[] => {
    const at = placeOf(item, context);
    const prefix: Inline = { kind: 'text', value: `${prefixes[index] ?? ''} ` };
    const [first, ...rest] = toInner(item.children, context, depth);
    if (first?.kind !== 'paragraph') return first === undefined ? [] : [first, ...rest];
    const { leadIn, content } = first;
    const words: readonly Inline[] =
      leadIn === undefined
        ? content
        : [
            { kind: 'strong', children: [{ kind: 'text', value: leadIn }] },
            { kind: 'text', value: ' ' },
            ...content,
          ];
    return [{ kind: 'paragraph', content: joined(prefix, words), at }, ...rest];
  });
}

function joined(prefix: Extract<Inline, { kind: 'text' }>, content: readonly Inline[]): readonly Inline[] {
  const [first, ...rest] = content;
  return first?.kind === 'text'
    ? [{ kind: 'text', value: prefix.value + first.value }, ...rest]
    : [prefix, ...content];
}

function toItem(
  item: ItemNode,
  number: number | undefined,
  { context, depth, toInner }: ListContext,
): readonly ListItem[] {
  const [first, ...rest] = item.children.filter((child) => child.type !== 'definition');
  if (first === undefined) {
    context.report.error({
      rule: 'bullet-empty',
      message: 'A bullet is empty.',
      hint: 'Write it or delete it.',
      at: placeOf(item, context),
    });
    return [];
  }
  const hasText = first.type === 'paragraph' && !isOfImages(first);
  const box = item.checked == null ? '' : item.checked ? '\u2611 ' : '\u2610 ';
  const inlines = hasText ? toInlines(first.children, context) : [];
  const split = splitLeadIn(box === '' ? inlines : joined({ kind: 'text', value: box }, inlines));
  const blocks = toInner(hasText ? rest : [first, ...rest], context, depth + 1);
  if (split.content.length === 0 && split.leadIn === undefined && blocks.length === 0) return [];
  return [
    {
      ...(number === undefined ? {} : { number }),
      ...split,
      ...(blocks.length === 0 ? {} : { blocks }),
    },
  ];
}
