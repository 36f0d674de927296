import { readFile, stat } from 'node:fs/promises';

const maxBytes = 1024 * 1024;

/**
 * Reads the words that a publication spells its own way: `words.txt`, one a line; `#` begins a comment. A file that
 * is not there, or that is larger than 1 MB, has none.
 */
export async function readWordList(path: string): Promise<ReadonlySet<string>> {
  try {
    if ((await stat(path)).size > maxBytes) return new Set();
    return toWords((await readFile(path, 'utf8')).split('\n'));
  } catch {
    return new Set();
  }
}

/** Each word of each entry by itself: "Ana Moreno" is two. */
export function toWords(entries: readonly string[]): ReadonlySet<string> {
  const text = entries.map((entry) => entry.replace(/#.*/u, '').replaceAll('’', "'")).join(' ');
  return new Set(text.match(/[\p{L}\p{M}]+(?:['-][\p{L}\p{M}]+)*/gu));
}
