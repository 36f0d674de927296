import type { FormatRows } from '../../app/ports/subscribers.ts';

/** Formats rows as CSV text (RFC 4180: CR LF, every cell in quotes, so that other separators and formulas stay text). */
export const formatRows: FormatRows = (rows) => {
  let text = '';
  for (const row of rows) text += `${row.map(quote).join(',')}\r\n`;
  return text;
};

function quote(cell: string): string {
  return cell.includes('"') ? `"${cell.replaceAll('"', '""')}"` : `"${cell}"`;
}
