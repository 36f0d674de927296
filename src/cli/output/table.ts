import Table from 'cli-table3';

import { printable } from './printable.ts';

/** Maximum line width on every terminal, so that output stays readable in mail and tickets. */
export const maxWidth = 100;

export interface Column {
  readonly head: string;
  readonly align?: 'left' | 'right';
}

const gap = 2;
const minColumnWidth = 12;

/**
 * Rows as aligned columns under their heads, at most `maxWidth` wide: the widest columns give way
 * first and wrap between words. Text from outside is made safe for a terminal; every cell stays a single paragraph.
 */
export function formatTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const safeRows = rows.map((row) => columns.map((_, index) => printable(row[index] ?? '')));
  const widths = columns.map(({ head }, index) =>
    Math.max(displayWidth(head), ...safeRows.map((row) => displayWidth(row[index] ?? ''))),
  );
  const fitting = fit(widths);
  const table = new Table({
    head: columns.map(({ head }) => head),
    colWidths: fitting.map((width) => width + gap),
    colAligns: columns.map(({ align }) => align ?? 'left'),
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': gap, compact: true },
    chars: noBorders,
    wordWrap: true,
    wrapOnWordBoundary: false,
  });
  table.push(...safeRows.map((row) => row.map((cell, index) => wrapWords(cell, fitting[index] ?? 0))));
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

const noBorders = Object.fromEntries(
  (['top', 'bottom', 'left', 'right', 'mid', 'middle'] as const).flatMap((side) =>
    [side, `${side}-mid`, `${side}-left`, `${side}-right`].map((name) => [name, '']),
  ),
);

/** Narrows the widest column by one until all columns fit next to each other. */
function fit(natural: readonly number[]): number[] {
  const widths = [...natural];
  let excess = widths.reduce((sum, width) => sum + width + gap, -gap) - maxWidth;
  for (; excess > 0; excess -= 1) {
    const widest = widths.indexOf(Math.max(...widths));
    const width = widths[widest] ?? 0;
    if (width <= minColumnWidth) break;
    widths[widest] = width - 1;
  }
  return widths;
}

/** Puts line breaks between words; a word too long for a line is cut by the table itself. */
function wrapWords(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const longer = lines.length === 0 ? word : `${lines.at(-1)} ${word}`;
    if (lines.length > 0 && displayWidth(longer) <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines.join('\n');
}

let graphemes: Intl.Segmenter | undefined;
const wide =
  /\p{Emoji_Presentation}|\uFE0F|[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF01-\uFF60\uFFE0-\uFFE6]|[\u{20000}-\u{3FFFD}]/u;

/** Returns a text's width in terminal columns: Unicode Standard Annex 11, simplified. */
function displayWidth(text: string): number {
  // Nearly every cell is ASCII, and a segmenter costs a hundred times as much.
  if (/^[ -~]*$/u.test(text)) return text.length;
  graphemes ??= new Intl.Segmenter('en', { granularity: 'grapheme' });
  let width = 0;
  for (const { segment } of graphemes.segment(text)) width += wide.test(segment) ? 2 : 1;
  return width;
}
