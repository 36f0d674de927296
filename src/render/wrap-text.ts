/** Columns of plain text that every client shows without wrapping. */
export const textWidth = 72;

/**
 * Breaks lines at spaces so that they stay within 72 columns. A word is never broken, so an address
 * stays whole however long it is. Line ends in the text are kept.
 */
export function wrapText(
  text: string,
  { first = '', rest = first }: { first?: string; rest?: string } = {},
): string {
  const lines: string[] = [];
  for (const hardLine of text.split('\n')) {
    let line = lines.length === 0 ? first : rest;
    let width = columns(line);
    let empty = true;
    for (const word of hardLine.split(' ')) {
      if (word === '') continue;
      const wordWidth = columns(word);
      if (!empty && width + 1 + wordWidth > textWidth) {
        lines.push(line);
        line = rest;
        width = columns(rest);
        empty = true;
      }
      line += empty ? word : ` ${word}`;
      width += empty ? wordWidth : wordWidth + 1;
      empty = false;
    }
    lines.push(line);
  }
  return lines.join('\n');
}

/** Code points: near enough to columns, and never off by what UTF-16 counts double. */
function columns(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}
