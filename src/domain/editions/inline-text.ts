import type { Inline } from './digest.ts';

/** The words of a line without formatting: what a screen reader reads and a word count counts. */
export function inlineText(content: readonly Inline[]): string {
  return content
    .map((part) => {
      switch (part.kind) {
        case 'text':
        case 'code':
          return part.value;
        case 'break':
          return ' ';
        case 'footnote-mark':
          return '';
        case 'strong':
        case 'emphasis':
        case 'strike':
        case 'link':
          return inlineText(part.children);
      }
    })
    .join('');
}
