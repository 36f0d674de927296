let segmenter: Intl.Segmenter | undefined;

/** Counts characters as people do (grapheme clusters): an emoji is one. */
export function countCharacters(text: string): number {
  // Of ASCII without line ends each is one; making a segmenter takes as long as checking a digest.
  if (/^[ -~]*$/u.test(text)) return text.length;
  segmenter ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  let count = 0;
  for (const _ of segmenter.segment(text)) count += 1;
  return count;
}
