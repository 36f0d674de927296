import { blockWords, countWords, wordsIn } from './brevity.ts';
import { blockLines, digestLines } from './digest-parts.ts';
import type { Digest, Position, Story } from './digest.ts';
import { inlineText } from './inline-text.ts';
import { sentencesOf } from './sentences.ts';

/** How short an edition is, and what would make it shorter. */
export interface Brevity {
  /** 100 is an edition as short as its publication aims at; each cut below raises it. */
  readonly score: number;
  readonly words: number;
  readonly targetWords: number;
  readonly stories: readonly { readonly headline: string; readonly words: number; readonly at: Position }[];
  /** Words a sentence on average, with one decimal. */
  readonly sentenceWords: number;
  /** At most three, the most effective one first. */
  readonly cuts: readonly Cut[];
}

export interface Cut {
  /** A sentence in the imperative: "Cut 40 words of ...". */
  readonly advice: string;
  readonly words: number;
  readonly at: Position;
}

export interface BrevityTargets {
  readonly targetWords: number;
  readonly language: string;
}

const storyTarget = 250;
const briefTarget = 150;
const sentenceTarget = 20;
const longSentence = 30;
const headlineTarget = 6;

/**
 * Scores an edition: from 100 a point off for each percent above the target of words, for each ten words of a story
 * above its own, for each word that sentences have on average above 20, and for each headline of more than six words.
 */
export function brevityOf(digest: Digest, { targetWords, language }: BrevityTargets): Brevity {
  const words = countWords(digest);
  const told = digest.sections.filter(
    (section): section is Story => section.kind === 'lead' || section.kind === 'brief',
  );
  const stories = told.map((story) => ({
    story,
    words: story.blocks.reduce((sum, block) => sum + blockWords(block), 0),
    target: story.kind === 'lead' ? storyTarget : briefTarget,
  }));
  const sentences = digestLines(digest)
    .filter(({ isCredit = false }) => !isCredit)
    .flatMap(({ content, at }) =>
      sentencesOf(inlineText(content), language).map((text) => ({ text, words: wordsIn(text), at })),
    );
  const mean = sentences.reduce((sum, sentence) => sum + sentence.words, 0) / Math.max(sentences.length, 1);
  const overrun = Math.max(0, (words / targetWords - 1) * 100);
  const excess = stories.reduce((sum, story) => sum + Math.max(0, story.words - story.target), 0);
  const wordy = told.filter(({ headline }) => wordsIn(headline) > headlineTarget).length;
  const lost = overrun + excess / 10 + Math.max(0, mean - sentenceTarget) + wordy;
  return {
    score: Math.max(0, Math.round(100 - lost)),
    words,
    targetWords,
    stories: stories.map(({ story, words: count }) => ({
      headline: story.headline,
      words: count,
      at: story.at,
    })),
    sentenceWords: Math.round(mean * 10) / 10,
    cuts: cutsOf(stories, sentences),
  };
}

function cutsOf(
  stories: readonly { readonly story: Story; readonly words: number; readonly target: number }[],
  sentences: readonly { readonly text: string; readonly words: number; readonly at: Position }[],
): readonly Cut[] {
  const cuts = [
    ...stories.flatMap(({ story, words, target }): readonly Cut[] => {
      const over = words - target;
      const longest = longestLine(story);
      const where = longest === undefined ? '' : `, first in the paragraph on line ${longest.at.line}`;
      const advice = `Cut ${over} ${over === 1 ? 'word' : 'words'} of "${shorten(story.headline)}"${where}.`;
      return over > 0 ? [{ advice, words: over, at: longest?.at ?? story.at }] : [];
    }),
    ...sentences
      .filter(({ words }) => words > longSentence)
      .map(({ text, words, at }) => ({
        advice: `Divide or cut the sentence of ${words} words that begins "${shorten(text)}".`,
        words: words - sentenceTarget,
        at,
      })),
  ];
  return cuts.toSorted((a, b) => b.words - a.words).slice(0, 3);
}

function longestLine(story: Story): { readonly words: number; readonly at: Position } | undefined {
  return story.blocks
    .flatMap(blockLines)
    .map(({ content, at }) => ({ words: wordsIn(inlineText(content)), at }))
    .toSorted((a, b) => b.words - a.words)[0];
}

function shorten(text: string): string {
  return text.length <= 40 ? text : `${text.slice(0, 39).trimEnd()}…`;
}
