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
    let empty = true;
    for (const word of hardLine.split(/ +/u).filter((part) => part !== '')) {
      if (!empty && columns(line) + 1 + columns(word) > textWidth) {
        lines.push(line);
        line = rest;
        empty = true;
      }
      line += empty ? word : ` ${word}`;
      empty = false;
    }
    lines.push(line);
  }
  return lines.join('\n');
}

/** Code points: near enough to columns, and never off by what UTF-16 counts double. */
function columns(text: string): number {
  return [...text].length;
}
