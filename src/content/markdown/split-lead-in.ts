import type { Inline } from '../../domain/editions/digest.ts';
import { inlineText } from '../../domain/editions/inline-text.ts';
import { trimInlines } from './to-inlines.ts';

interface LeadInSplit {
  /** Colon included. */
  readonly leadIn?: string;
  readonly content: readonly Inline[];
}

/**
 * Takes the lead-in off a line that opens with bold text ending in a colon. The colon may be just
 * behind the bold text too, where it is typed as often.
 */
export function splitLeadIn(content: readonly Inline[]): LeadInSplit {
  const [first, second, ...rest] = content;
  if (first?.kind !== 'strong' || holdsMark(first.children)) return { content };
  const text = inlineText(first.children).replaceAll(/\s+/g, ' ').trim();
  if (/[^:]:$/.test(text)) {
    return { leadIn: text, content: trimInlines(second === undefined ? [] : [second, ...rest]) };
  }
  if (text === '' || second?.kind !== 'text' || !/^:(?:\s|$)/.test(second.value)) return { content };
  const after: Inline = { kind: 'text', value: second.value.slice(1) };
  return { leadIn: `${text}:`, content: trimInlines([after, ...rest]) };
}

/** A lead-in is words: a link or the mark of a footnote would be lost. */
function holdsMark(content: readonly Inline[]): boolean {
  return content.some(
    (part) =>
      part.kind === 'link' ||
      part.kind === 'footnote-mark' ||
      ('children' in part && holdsMark(part.children)),
  );
}
