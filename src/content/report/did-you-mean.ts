import { closest, distance } from 'fastest-levenshtein';

/** Words longer than this are not near misses of anything, and comparing them would cost. */
const maxWordLength = 64;

/** Returns the candidate closest to `word`, within a third of its letters, ignoring case. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  if (word === '' || word.length > maxWordLength || candidates.length === 0) return undefined;
  const wanted = word.toLowerCase().replaceAll('_', '-');
  const best = closest(wanted, [...candidates]);
  const allowed = Math.max(1, Math.floor(Math.max(wanted.length, best.length) / 3));
  return distance(wanted, best) <= allowed ? best : undefined;
}

/** Returns ``Did you mean `subject`?``, or an empty text if no candidate is near. */
export function didYouMean(word: string, candidates: readonly string[]): string | undefined {
  const best = nearest(word, candidates);
  return best === undefined ? undefined : `Did you mean \`${best}\`?`;
}
