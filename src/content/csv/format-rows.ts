import { stringify } from 'csv-stringify/sync';

/** Rows as CSV text (RFC 4180: CR LF, quotes only where they are needed). Satisfies the port `FormatRows`. */
export function formatRows(rows: readonly (readonly string[])[]): string {
  return rows.length === 0 ? '' : stringify(rows as string[][], { record_delimiter: '\r\n' });
}
