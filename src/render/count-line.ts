import { countWords, formatMinutes, readingMinutes } from '../domain/editions/brevity.ts';
import type { Digest } from '../domain/editions/digest.ts';
import type { EditionPhrases } from '../phrases/phrases.ts';

export interface CountLine {
  readonly words: number;
  readonly readingMinutes: number;
  /** "1,189 words · 4½ mins" in that language. */
  readonly line: (phrases: EditionPhrases, language: string) => string;
}

/** How long a digest is, in numbers and in words. */
export function countLine(digest: Digest): CountLine {
  const words = countWords(digest);
  const minutes = readingMinutes(words);
  return {
    words,
    readingMinutes: minutes,
    line: (phrases, language) => {
      const count = new Intl.NumberFormat(language).format(words);
      return `${phrases.words(words, count)} · ${phrases.minutes(formatMinutes(minutes))}`;
    },
  };
}
