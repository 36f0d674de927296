/**
 * Cuts values into slices for one statement each: databases bound how many values one may carry, and of
 * few sizes of statement nearly all come from the cache of prepared ones.
 */
export function* slices<T>(values: readonly T[], size = 1_000): Generator<readonly T[]> {
  for (let at = 0; at < values.length; at += size) yield values.slice(at, at + size);
}
