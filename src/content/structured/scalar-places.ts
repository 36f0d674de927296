import type { Scalar } from 'yaml';

import { createLineMap } from '../report/line-map.ts';
import type { LineMap } from '../report/line-map.ts';

/**
 * Finds the place in the file of an offset in a decoded YAML text: exact for `|` blocks and for texts
 * written on one line without escapes, else the place where the text begins.
 */
export function scalarPlaces(
  scalar: Scalar | undefined,
  file: { readonly text: string; readonly at: LineMap },
): LineMap {
  const start = scalar?.range?.[0] ?? 0;
  const value = typeof scalar?.value === 'string' ? scalar.value : '';
  if (scalar?.type === 'BLOCK_LITERAL') return literalPlaces(start, value, file);
  for (const begin of [start, start + 1]) {
    if (value !== '' && file.text.startsWith(value, begin)) return (offset) => file.at(begin + offset);
  }
  return () => file.at(start);
}

function literalPlaces(start: number, value: string, { text, at }: { text: string; at: LineMap }): LineMap {
  const header = text.indexOf('\n', start);
  const content = header === -1 ? text.length : header + 1;
  const lines = text.slice(content).split('\n');
  const starts = [content];
  for (const line of lines) starts.push((starts.at(-1) ?? 0) + line.length + 1);
  const first = value.split('\n').findIndex((line) => line.trim() !== '');
  const indent = Math.max(0, (lines[first] ?? '').length - (value.split('\n')[first] ?? '').length);
  const inner = createLineMap(value);
  return (offset) => {
    const { line, column } = inner(offset);
    return at((starts[line - 1] ?? start) + indent + column - 1);
  };
}
