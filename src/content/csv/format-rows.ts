import { stringify } from 'csv-stringify/sync';

import type { FormatRows } from '../../app/ports/subscribers.ts';

/** Formats rows as CSV text (RFC 4180: CR LF, quotes only where they are needed). */
export const formatRows: FormatRows = (rows) =>
  rows.length === 0 ? '' : stringify(rows as string[][], { record_delimiter: '\r\n' });
