/** Full-width forms are read as formulas too by some spreadsheet programs. */
const formulaStart = String.raw`[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]`;
const needsGuard = new RegExp(`^'*${formulaStart}`, 'u');
const hasGuard = new RegExp(`^'+${formulaStart}`, 'u');

/**
 * A text that a spreadsheet program shows instead of running it: what begins like a formula gets an
 * apostrophe before it, as OWASP advises on CSV injection. `fromSpreadsheetCell` takes it off again.
 */
export function toSpreadsheetCell(text: string): string {
  return needsGuard.test(text) ? `'${text}` : text;
}

/** For every text, `fromSpreadsheetCell(toSpreadsheetCell(text)) === text`. */
export function fromSpreadsheetCell(cell: string): string {
  return hasGuard.test(cell) ? cell.slice(1) : cell;
}
