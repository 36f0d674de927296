import { blockLines, digestLines, sectionParts } from './digest-parts.ts';
import type { TextLine } from './digest-parts.ts';
import type { Block, Digest } from './digest.ts';
import { inlineText } from './inline-text.ts';

/** Words a minute that adults read on a screen. */
const wordsPerMinute = 265;

/**
 * Counts the words of an edition: greeting, headlines, running text, lists, quotes, dashboards and sponsors.
 * Section lines, credits and alternative texts are not counted.
 */
export function countWords(digest: Digest): number {
  const headings = digest.sections.flatMap((section) => sectionParts(section).headings);
  return [...headings.map(wordsIn), ...digestLines(digest).map(lineWords)].reduce(
    (sum, words) => sum + words,
    0,
  );
}

/** Counts the words of one block, lead-ins included. */
export function blockWords(block: Block): number {
  return blockLines(block).reduce((sum, line) => sum + lineWords(line), 0);
}

function lineWords({ label = '', content, isCredit = false }: TextLine): number {
  return isCredit ? 0 : wordsIn(label) + wordsIn(inlineText(content));
}

/** Returns the reading time, rounded to half minutes, at least half a minute. */
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

/** Counts words between spaces; in scripts without spaces, the words that a dictionary finds. */
export function wordsIn(text: string): number {
  const tokens = text.split(/\s+/u);
  if (!unspaced.test(text)) return tokens.filter((token) => /[\p{L}\p{N}]/u.test(token)).length;
  segmenter ??= new Intl.Segmenter('en', { granularity: 'word' });
  let count = 0;
  for (const token of tokens) {
    if (unspaced.test(token)) {
      for (const { isWordLike } of segmenter.segment(token)) if (isWordLike === true) count += 1;
    } else if (/[\p{L}\p{N}]/u.test(token)) count += 1;
  }
  return count;
}

/** Made for the first text without blanks between its words: most publications have none. */
let segmenter: Intl.Segmenter | undefined;

const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
