import type { Summary } from './measure.ts';

const grouped = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const fine = new Intl.NumberFormat('en-US', { maximumFractionDigits: 2 });

/** A number as people read it: no more digits than were measured. */
export function figure(value: number): string {
  return (Math.abs(value) >= 100 ? grouped : fine).format(value);
}

/** `3,120 (2,980 - 3,240)`. */
export function spread({ median, min, max }: Summary): string {
  return `${figure(median)} (${figure(min)} - ${figure(max)})`;
}

/** A Markdown table. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
