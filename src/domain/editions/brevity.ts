import type { Block, Digest, Section } from './digest.ts';
import { inlineText } from './inline-text.ts';

/** Words a minute that adults read on a screen. */
const wordsPerMinute = 265;

/**
 * Words a reader of the edition meets: greeting, headlines, running text, lists, quotes, dashboards and
 * sponsors. Section lines, credits and alternative texts are not counted.
 */
export function countWords(digest: Digest): number {
  const texts = [
    ...blockTexts(digest.greeting),
    ...digest.sections.flatMap((section) => sectionTexts(section)),
  ];
  return texts.reduce((sum, text) => sum + wordsIn(text), 0);
}

/** Reading time rounded to the half minute, at least half a minute. */
export function readingMinutes(words: number): number {
  return Math.max(0.5, Math.round((words / wordsPerMinute) * 2) / 2);
}

/** "4½ mins", "1 min", "½ min" */
export function formatReadingTime(minutes: number): string {
  return `${formatMinutes(minutes)} ${minutes <= 1 ? 'min' : 'mins'}`;
}

/** "4½", "4", "½" */
export function formatMinutes(minutes: number): string {
  const whole = Math.floor(minutes);
  const half = minutes - whole >= 0.5 ? '½' : '';
  return whole === 0 && half !== '' ? half : `${whole}${half}`;
}

/** Words between spaces; in scripts that write none, the words a dictionary finds. */
export function wordsIn(text: string): number {
  let count = 0;
  for (const token of text.split(/\s+/u)) {
    if (unspaced.test(token)) {
      for (const { isWordLike } of segmenter.segment(token)) if (isWordLike === true) count += 1;
    } else if (/[\p{L}\p{N}]/u.test(token)) count += 1;
  }
  return count;
}

const segmenter = new Intl.Segmenter('en', { granularity: 'word' });

const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

function sectionTexts(section: Section): string[] {
  switch (section.kind) {
    case 'lead':
    case 'brief':
      return [section.kicker ?? '', section.headline, ...blockTexts(section.blocks)];
    case 'dashboard':
      return [
        section.title,
        ...section.entries.flatMap(({ label, items }) => [
          label ?? '',
          ...items.map(({ content }) => inlineText(content)),
        ]),
      ];
    case 'sponsor':
      return blockTexts(section.blocks);
  }
}

function blockTexts(blocks: readonly Block[]): string[] {
  return blocks.flatMap((block) => {
    switch (block.kind) {
      case 'paragraph':
        return [block.leadIn ?? '', inlineText(block.content)];
      case 'list':
        return block.items.flatMap(({ leadIn, content }) => [leadIn ?? '', inlineText(content)]);
      case 'quote':
        return block.paragraphs.map((content) => inlineText(content));
      case 'image':
        return [];
      case 'go-deeper':
        return [block.text];
    }
  });
}
