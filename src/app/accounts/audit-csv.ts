import type { AuditRecord } from '../../domain/audit.ts';
import { toSpreadsheetCell } from '../../domain/subscribers/spreadsheet-cell.ts';
import type { FormatRows } from '../ports/subscribers.ts';

/** What is shown of each entry of the audit log. */
export const auditColumns = ['when', 'who', 'from', 'what', 'about', 'details'] as const;

/** The audit log as a CSV file with a header, page by page; no cell is read as a formula. */
export async function* auditCsv(
  pages: AsyncIterable<readonly AuditRecord[]>,
  formatRows: FormatRows,
): AsyncGenerator<string> {
  yield formatRows([[...auditColumns, 'subject', 'publication', 'date']]);
  for await (const page of pages) {
    yield formatRows(
      page.map(({ at, actor, origin, action, about, detail, subject, publication, date }) =>
        [new Date(at).toISOString(), actor, origin, action, about, detail, subject, publication, date].map(
          toSpreadsheetCell,
        ),
      ),
    );
  }
}
