/** Divides running text into sentences, by the rules of its language (UAX #29). */
export function sentencesOf(text: string, language: string): readonly string[] {
  const parts = Array.from(segmenterOf(language).segment(text), ({ segment }) => segment.trim());
  return joinAbbreviations(parts.filter((part) => part !== ''));
}

/** "Gov. Smith" and "St. Paul" are no ends of sentences. */
function joinAbbreviations(parts: readonly string[]): readonly string[] {
  const joined: string[] = [];
  for (const part of parts) {
    const before = joined.at(-1);
    if (before !== undefined && abbreviation.test(before)) joined[joined.length - 1] = `${before} ${part}`;
    else joined.push(part);
  }
  return joined;
}

const abbreviation =
  /(?:^|[\s(])(?:Mr|Mrs|Ms|Dr|Prof|Gov|Sen|Rep|Gen|Col|Lt|Sgt|Capt|Rev|Hon|St|Mt|Ft|Jan|Feb|Aug|Sept|Oct|Nov|Dec|No|Nr|vs|approx|ca|bzw|usw|etc|\p{Lu}|(?:\p{L}\.)+\p{L})\.$/u;

/** Making one costs more than dividing a paragraph. One for each language of a publication. */
const segmenters = new Map<string, Intl.Segmenter>();

function segmenterOf(language: string): Intl.Segmenter {
  const known = segmenters.get(language);
  if (known !== undefined) return known;
  const made = new Intl.Segmenter(supported(language), { granularity: 'sentence' });
  segmenters.set(language, made);
  return made;
}

function supported(language: string): string {
  return Intl.Segmenter.supportedLocalesOf(language).length > 0 ? language : 'en';
}
