import type { Digest, Inline } from '../../domain/editions/digest.ts';
import { phrasesFor } from '../../phrases/phrases-for.ts';
import type { TypographyPhrases } from '../../phrases/phrases.ts';
import { typeset } from './typeset.ts';

/** Keys of a digest whose value is a line of running text. */
const lineKeys = new Set(['kicker', 'headline', 'title', 'label', 'leadIn', 'caption', 'section', 'by']);

/** Stands for what is no text: code, the mark of a footnote. */
const noText = '\uFFFC';

/**
 * The digest with its running text set as print has it in that language: headlines, paragraphs, lists, quotes, tables and
 * captions. Code, addresses, the subject and the preheader stay as they were typed.
 */
export function typesetDigest(digest: Digest, language: string): Digest {
  const phrases = phrasesFor(language).edition.typography;
  const { greeting, sections } = digest;
  return {
    ...digest,
    greeting: typesetValue(greeting, phrases) as Digest['greeting'],
    sections: typesetValue(sections, phrases) as Digest['sections'],
  };
}

function typesetValue(value: unknown, phrases: TypographyPhrases): unknown {
  if (Array.isArray(value)) {
    const items: readonly unknown[] = value;
    return isRun(items) ? typesetRun(items, phrases) : items.map((item) => typesetValue(item, phrases));
  }
  if (typeof value !== 'object' || value === null) return value;
  if ('kind' in value && value.kind === 'code-block') return value;
  const isGoDeeper = 'kind' in value && value.kind === 'go-deeper';
  return Object.fromEntries(
    Object.entries(value).map(([key, child]: [string, unknown]) => {
      const isLine = lineKeys.has(key) || (key === 'text' && isGoDeeper);
      return [
        key,
        isLine && typeof child === 'string' ? setLine(child, phrases) : typesetValue(child, phrases),
      ];
    }),
  );
}

function setLine(line: string, phrases: TypographyPhrases): string {
  return typeset([line], phrases).join('');
}

const inlineKinds = new Set([
  'text',
  'code',
  'break',
  'strong',
  'emphasis',
  'strike',
  'footnote-mark',
  'link',
]);

function isRun(items: readonly unknown[]): items is readonly Inline[] {
  return (
    items.length > 0 &&
    items.every(
      (item) =>
        typeof item === 'object' && item !== null && 'kind' in item && inlineKinds.has(String(item.kind)),
    )
  );
}

function typesetRun(run: readonly Inline[], phrases: TypographyPhrases): readonly Inline[] {
  const pieces = run.flatMap(textsOf);
  return putTexts(run, typeset(pieces, phrases).values());
}

/** One text for each leaf, in order. */
function textsOf(inline: Inline): readonly string[] {
  switch (inline.kind) {
    case 'text':
      return [inline.value];
    case 'break':
      return ['\n'];
    case 'code':
    case 'footnote-mark':
      return [noText];
    case 'strong':
    case 'emphasis':
    case 'strike':
    case 'link':
      return inline.children.flatMap(textsOf);
  }
}

function putTexts(run: readonly Inline[], texts: Iterator<string>): readonly Inline[] {
  return run.map((inline) => {
    switch (inline.kind) {
      case 'text':
        return { ...inline, value: texts.next().value ?? '' };
      case 'break':
      case 'code':
      case 'footnote-mark':
        texts.next();
        return inline;
      case 'strong':
      case 'emphasis':
      case 'strike':
      case 'link':
        return { ...inline, children: putTexts(inline.children, texts) };
    }
  });
}
