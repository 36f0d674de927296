import { toPlain } from './json.ts';

const maxValues = 40;

/** The texts in metadata: the values of an object, or a text as it is. Nothing else. */
export function valuesOf(metadata: unknown): readonly string[] {
  if (typeof metadata === 'string') return [toPlain(metadata)];
  if (typeof metadata !== 'object' || metadata === null) return [];
  return Object.values(metadata)
    .filter((value) => typeof value === 'string')
    .slice(0, maxValues)
    .map(toPlain);
}
