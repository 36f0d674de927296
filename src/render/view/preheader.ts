import type { Block, Digest, Section, Story } from '../../domain/editions/digest.ts';
import { clean } from './clean.ts';
import { inlineWords } from './inline-view.ts';

/** Characters that inbox lists show at most; what follows would be cut in the middle of a word. */
const shown = 120;

/**
 * The line an inbox shows after the subject: the digest's own, else the greeting's beginning, else the
 * lead's.
 */
export function preheaderOf(digest: Digest): string {
  const own = clean(digest.preheader ?? '').trim();
  if (own !== '') return own;
  const lead = digest.sections.find(isStory);
  const beginning = firstParagraph(digest.greeting) ?? lead?.headline ?? '';
  return shorten(clean(beginning).trim());
}

/**
 * Blank characters that keep a client from filling the preheader's line with the masthead: as many as
 * the line has room for.
 */
export function preheaderPadding(preheader: string): string {
  return '\u00a0\u034f\u200c'.repeat(Math.max(10, shown - preheader.length));
}

function isStory(section: Section): section is Story {
  return section.kind === 'lead' || section.kind === 'brief';
}

function firstParagraph(blocks: readonly Block[]): string | undefined {
  const paragraph = blocks.find((block) => block.kind === 'paragraph');
  return paragraph === undefined ? undefined : inlineWords(paragraph.content);
}

function shorten(text: string): string {
  if (text.length <= shown) return text;
  const cut = text.slice(0, shown).toWellFormed();
  const space = cut.lastIndexOf(' ');
  return `${space > shown / 2 ? cut.slice(0, space) : cut}…`;
}
