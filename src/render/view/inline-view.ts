import type { Inline } from '../../domain/editions/digest.ts';
import { clean } from './clean.ts';
import { isolateText } from './isolate.ts';

/** An inline node as the templates see it: every key is always there, `kind` names its partial. */
export interface InlineView {
  /** `isolate`: a number or address that reads from left to right in text that does not. */
  readonly kind: Inline['kind'] | 'isolate';
  readonly value: string;
  readonly url: string;
  /** See `TextContext`; only links look at it. */
  readonly foreign: boolean;
  readonly children: readonly InlineView[];
}

/** What the views of a text depend on besides its words. */
export interface TextContext {
  /** True if the text around reads from right to left. */
  readonly rtl: boolean;
  /** True for a sponsor's words: their links have the text's colour, because ours vouches for our words. */
  readonly foreign: boolean;
  readonly targets: LinkTargets;
}

/** Where links to `signup:` and `share:` lead: the publication's own pages. */
export interface LinkTargets {
  readonly signup: string;
  readonly share: string;
}

/** The address of a link as subscribers get it. */
export function urlOf(url: string, { targets }: Pick<TextContext, 'targets'>): string {
  if (url === 'signup:') return targets.signup;
  return url === 'share:' ? targets.share : clean(url);
}

function leaf(kind: InlineView['kind'], value = ''): InlineView {
  return { kind, value, url: '', foreign: false, children: [] };
}

export function inlineViews(nodes: readonly Inline[], context: TextContext): InlineView[] {
  return nodes.flatMap((node): InlineView[] => {
    switch (node.kind) {
      case 'text':
        return isolateText(clean(node.value), context.rtl).map(({ text, isIsolated }) =>
          leaf(isIsolated ? 'isolate' : 'text', text),
        );
      case 'code':
        return [leaf('code', clean(node.value))];
      case 'break':
        return [leaf('break')];
      case 'footnote-mark':
        return [leaf('footnote-mark', String(node.number))];
      case 'strong':
      case 'emphasis':
      case 'strike':
        return [{ ...leaf(node.kind), children: inlineViews(node.children, context) }];
      case 'link':
        return [
          {
            ...leaf('link'),
            url: urlOf(node.url, context),
            foreign: context.foreign,
            children: inlineViews(node.children, context),
          },
        ];
    }
  });
}

/**
 * The same nodes as plain text. A link is its text with its address in angle brackets after it (RFC 3986
 * appendix C), or the bare address where that is its text; a break is a line end.
 */
export function plainInline(nodes: readonly Inline[], context: TextContext): string {
  return nodes.map((node) => plainNode(node, context)).join('');
}

/** The same nodes as words alone, without addresses. */
export function inlineWords(nodes: readonly Inline[]): string {
  return nodes
    .map((node) => {
      if ('children' in node) return inlineWords(node.children);
      if (node.kind === 'footnote-mark') return '';
      return 'value' in node ? clean(node.value) : ' ';
    })
    .join('');
}

function plainNode(node: Inline, context: TextContext): string {
  switch (node.kind) {
    case 'text':
      return isolateText(clean(node.value), context.rtl)
        .map(({ text, isIsolated }) => (isIsolated ? `\u2066${text}\u2069` : text))
        .join('');
    case 'code':
      return clean(node.value);
    case 'break':
      return '\n';
    case 'footnote-mark':
      return `[${node.number}]`;
    case 'strong':
    case 'emphasis':
      return plainInline(node.children, context);
    case 'strike':
      return `~${plainInline(node.children, context)}~`;
    case 'link':
      return plainLink(plainInline(node.children, context), urlOf(node.url, context));
  }
}

export function plainLink(text: string, url: string): string {
  const bare = text.trim();
  return bare === '' || bare === url || `mailto:${bare}` === url || `${bare}/` === url
    ? bare === ''
      ? url
      : bare
    : `${text} <${url}>`;
}
