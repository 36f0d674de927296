import { toSpreadsheetCell } from '../../domain/subscribers/spreadsheet-cell.ts';
import type { FormatRows, RejectedRow } from '../ports/subscribers.ts';

/** Columns of a file of rejects before those of the imported file. */
export const rejectColumns = ['line', 'reason', 'sentence'] as const;

/** A row that could not be read may be 64 KB long; its beginning is enough to find it. */
const maxCellLength = 10_000;

/** The first row of a file of rejects. */
export function formatRejectHead(header: readonly string[], formatRows: FormatRows): Buffer {
  return Buffer.from(formatRows([[...rejectColumns, ...header.map(toSpreadsheetCell)]]));
}

/**
 * Rejected rows as CSV: line, reason, sentence, and then the columns of the imported file, so that it can be corrected
 * and imported again. UTF-8, but a row in another encoding keeps its own bytes.
 */
export function formatRejects(rows: readonly RejectedRow[], formatRows: FormatRows): Buffer {
  if (rows.every(({ areRaw }) => areRaw !== true)) return Buffer.from(formatRows(rows.map(cellsOf)));
  return Buffer.concat(
    rows.map((row) => Buffer.from(formatRows([cellsOf(row)]), row.areRaw === true ? 'latin1' : 'utf8')),
  );
}

function cellsOf({ line, reason, sentence, fields, areRaw }: RejectedRow): readonly string[] {
  const whole = areRaw === true ? fields : fields.map((field) => field.slice(0, maxCellLength));
  return [String(line), reason, sentence, ...whole.map(toSpreadsheetCell)];
}
