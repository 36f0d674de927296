import { textWidth } from '../wrap-text.ts';

interface Cell {
  readonly plain: string;
  readonly align: 'left' | 'center' | 'right';
}

/** Blanks between columns. */
const gap = '  ';

/**
 * A table in plain text: aligned columns, or, where they would be wider than the text, each row as a paragraph of
 * "Head: cell" lines.
 */
export function tableLines(table: {
  readonly head: readonly Cell[];
  readonly rows: readonly (readonly Cell[])[];
}): string[] {
  const { head, rows } = table;
  const oneLine = (cell: Cell) => cell.plain.replaceAll(/\s+/gu, ' ').trim();
  const widths = head.map((_, column) =>
    Math.max(...[head, ...rows].map((row) => columns(row[column] === undefined ? '' : oneLine(row[column])))),
  );
  const total = widths.reduce((sum, width) => sum + width, gap.length * (widths.length - 1));
  if (total > textWidth) {
    return rows.flatMap((row, index) => [
      ...(index === 0 ? [] : ['']),
      ...row.map((cell, column) => {
        const name = head[column] === undefined ? '' : oneLine(head[column]);
        return name === '' ? oneLine(cell) : `${name}: ${oneLine(cell)}`;
      }),
    ]);
  }
  const toLine = (row: readonly Cell[]) =>
    row
      .map((cell, column) => pad(oneLine(cell), widths[column] ?? 0, cell.align))
      .join(gap)
      .trimEnd();
  return [toLine(head), widths.map((width) => '-'.repeat(width)).join(gap), ...rows.map(toLine)];
}

function pad(text: string, width: number, align: Cell['align']): string {
  const missing = Math.max(width - columns(text), 0);
  if (align === 'right') return ' '.repeat(missing) + text;
  if (align === 'left') return text + ' '.repeat(missing);
  const before = Math.floor(missing / 2);
  return ' '.repeat(before) + text + ' '.repeat(missing - before);
}

function columns(text: string): number {
  return [...text].length;
}
