const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Counts characters as people do (grapheme clusters): an emoji is one. */
export function countCharacters(text: string): number {
  let count = 0;
  for (const _ of segmenter.segment(text)) count += 1;
  return count;
}
