import type { Inline } from '../../domain/editions/digest.ts';
import { clean } from './clean.ts';

/** An inline node as the templates see it: every key is always there, `kind` names its partial. */
export interface InlineView {
  readonly kind: Inline['kind'];
  readonly value: string;
  readonly url: string;
  readonly children: readonly InlineView[];
}

export function inlineViews(nodes: readonly Inline[]): InlineView[] {
  return nodes.map((node) => {
    switch (node.kind) {
      case 'text':
      case 'code':
        return { kind: node.kind, value: clean(node.value), url: '', children: [] };
      case 'break':
        return { kind: 'break', value: '', url: '', children: [] };
      case 'strong':
      case 'emphasis':
        return { kind: node.kind, value: '', url: '', children: inlineViews(node.children) };
      case 'link':
        return { kind: 'link', value: '', url: clean(node.url), children: inlineViews(node.children) };
    }
  });
}

/**
 * The same nodes as plain text. A link is its text with its address in angle brackets after it (RFC 3986
 * appendix C), or the bare address where that is its text; a break is a line end.
 */
export function plainInline(nodes: readonly Inline[]): string {
  return nodes.map((node) => plainNode(node)).join('');
}

/** The same nodes as words alone, without addresses. */
export function inlineWords(nodes: readonly Inline[]): string {
  return nodes
    .map((node) => {
      if ('children' in node) return inlineWords(node.children);
      return 'value' in node ? clean(node.value) : ' ';
    })
    .join('');
}

function plainNode(node: Inline): string {
  switch (node.kind) {
    case 'text':
    case 'code':
      return clean(node.value);
    case 'break':
      return '\n';
    case 'strong':
    case 'emphasis':
      return plainInline(node.children);
    case 'link':
      return plainLink(plainInline(node.children), clean(node.url));
  }
}

export function plainLink(text: string, url: string): string {
  return text.trim() === url || text.trim() === '' ? url : `${text} <${url}>`;
}
