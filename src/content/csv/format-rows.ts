import { stringify } from 'csv-stringify/sync';

import type { FormatRows } from '../../app/ports/subscribers.ts';

/** Formats rows as CSV text (RFC 4180: CR LF, every cell in quotes, so that other separators and formulas stay text). */
export const formatRows: FormatRows = (rows) =>
  rows.length === 0
    ? ''
    : stringify(rows as string[][], { record_delimiter: '\r\n', quoted: true, quoted_empty: true });
