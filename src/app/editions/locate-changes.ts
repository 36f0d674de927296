import { blockLines, sectionParts } from '../../domain/editions/digest-parts.ts';
import type { TextLine } from '../../domain/editions/digest-parts.ts';
import type { Digest } from '../../domain/editions/digest.ts';
import { inlineText } from '../../domain/editions/inline-text.ts';
import { changedParagraphs } from './text-changes.ts';
import type { TextChange } from './text-changes.ts';

/** A change with its place in the digest, as far as its words are still there. */
export interface LocatedChange extends TextChange {
  /** Name of the section, or "Greeting". */
  readonly block?: string;
  /** From 1. */
  readonly line?: number;
}

interface Place {
  readonly block: string;
  readonly line: number;
  /** Lower-case letters and digits only: the mail ties words and turns quotation marks. */
  readonly words: string;
}

/**
 * The paragraphs that differ between two plain texts, with their place in the digest. A paragraph that was deleted has
 * no place. The counts in the masthead change with every word, and are left out.
 */
export function changesOf(
  before: string,
  after: string,
  digest: Digest | undefined,
): readonly LocatedChange[] {
  const changes = changedParagraphs(before, after);
  if (digest === undefined || changes.length === 0) return changes;
  const places = placesOf(digest);
  return changes
    .map((change) => locate(change, places))
    .filter((change) => change.line !== undefined || !isCount(change));
}

function locate(change: TextChange, places: readonly Place[]): LocatedChange {
  const kept = change.parts.filter(({ kind }) => kind !== 'deleted').map((part) => part.text);
  const text = lettersOf(kept.join(''));
  const place = text === '' ? undefined : findPlace(text, places);
  return place === undefined ? change : { ...change, block: place.block, line: place.line };
}

/** True if words stayed and only numbers changed, as in the masthead. */
export function isCount({ parts }: TextChange): boolean {
  return (
    parts.some(({ kind }) => kind === 'same') &&
    parts.every(({ kind, text }) => kind === 'same' || /^[\p{N}\s.,]*$/u.test(text))
  );
}

/** The place that shares most with the paragraph: either contains the other. */
function findPlace(text: string, places: readonly Place[]): Place | undefined {
  let best: Place | undefined;
  let bestLength = 0;
  for (const place of places) {
    const shared = text.includes(place.words)
      ? place.words.length
      : place.words.includes(text)
        ? text.length
        : 0;
    if (shared > bestLength) {
      best = place;
      bestLength = shared;
    }
  }
  return best;
}

function placesOf(digest: Digest): readonly Place[] {
  const toPlaces = (block: string, lines: readonly TextLine[]) =>
    lines.map(({ label = '', content, at }) => ({
      block,
      line: at.line,
      words: lettersOf(`${label} ${inlineText(content)}`),
    }));
  return [
    ...toPlaces('Greeting', digest.greeting.flatMap(blockLines)),
    ...digest.sections.flatMap((section) => {
      const { title, headings, blocks, lines } = sectionParts(section);
      return [
        { block: title, line: section.at.line, words: lettersOf(headings.join(' ')) },
        ...toPlaces(title, [...blocks.flatMap(blockLines), ...lines]),
      ];
    }),
  ].filter(({ words }) => words !== '');
}

function lettersOf(text: string): string {
  return text.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');
}
