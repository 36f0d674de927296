import type { OpenTable } from '../../app/ports/subscribers.ts';
import { parseAddress } from '../../domain/subscribers/address.ts';
import type { TableRow } from '../../domain/subscribers/import-row.ts';
import { AppError } from '../../errors/app-error.ts';
import { readLines } from './read-lines.ts';
import type { Line } from './read-lines.ts';
import { RowFramer } from './row-framer.ts';
import type { Frame } from './row-framer.ts';
import { splitRow } from './split-row.ts';

type RejectedFrame = Extract<Frame, { readonly reason: unknown }>;

/**
 * Reads CSV (RFC 4180, with or without byte order mark; comma, semicolon or tab) as a stream of rows.
 * A row that cannot be read comes as such, with its line and reason, and the rows after it are read.
 * Blank rows are left out.
 *
 * @throws AppError IMPORT_INVALID when the file is empty or no UTF-8 text.
 */
export async function readTable(
  source: Parameters<OpenTable>[0],
  options: Parameters<OpenTable>[1] = {},
): ReturnType<OpenTable> {
  const groups = readLines(source)[Symbol.asyncIterator]();
  const start = await readHeader(groups);
  if (start === undefined) {
    throw new AppError('IMPORT_INVALID', 'The file is empty.', {
      hint: 'Expected is a CSV file whose first row names the columns: `email,name`.',
    });
  }
  const delimiter = options.delimiter ?? start.declared ?? detectDelimiter(start.text);
  const header = splitRow(start.text, delimiter);
  if (header === undefined) {
    throw new AppError('IMPORT_INVALID', `The header in line ${start.line} has broken quoting.`, {
      hint: 'The first row names the columns; a quote inside a quoted name is written twice.',
    });
  }
  const columns = header.map((name) => name.trim());
  return { header: columns, delimiter, groups: readRows(groups, start.rest, { columns, delimiter }) };
}

interface Start {
  readonly line: number;
  readonly text: string;
  /** By an Excel line such as `sep=;` before the header. */
  readonly declared?: string;
  /** The lines after the header that were read along with it. */
  readonly rest: readonly Line[];
}

/** The first line that is not blank; names of columns do not span lines. */
async function readHeader(groups: AsyncIterator<readonly Line[]>): Promise<Start | undefined> {
  let declared: string | undefined;
  for (let next = await groups.next(); next.done !== true; next = await groups.next()) {
    for (const [index, line] of next.value.entries()) {
      if ('reason' in line) {
        throw new AppError(
          'IMPORT_INVALID',
          `Line ${line.number}, where the header should be, is longer than 64 KB.`,
          {
            hint: 'Expected is a CSV file whose first row names the columns: `email,name`.',
          },
        );
      }
      if (line.text.trim() === '') continue;
      const separator = /^"?sep=(.)"?$/i.exec(line.text)?.[1];
      if (separator !== undefined && declared === undefined) {
        declared = separator;
        continue;
      }
      const rest = next.value.slice(index + 1);
      return { line: line.number, text: line.text, rest, ...(declared === undefined ? {} : { declared }) };
    }
  }
  return undefined;
}

function detectDelimiter(header: string): string {
  const bare = header.replaceAll(/"[^"]*"/g, '');
  const counted = [',', ';', '\t'].map((mark) => ({ mark, count: bare.split(mark).length }));
  return counted.reduce((best, other) => (other.count > best.count ? other : best), { mark: ',', count: 0 })
    .mark;
}

interface Format {
  readonly columns: readonly string[];
  readonly delimiter: string;
}

async function* readRows(
  groups: AsyncIterator<readonly Line[]>,
  rest: readonly Line[],
  format: Format,
): AsyncGenerator<readonly TableRow[]> {
  const framer = new RowFramer({ judge: (lines) => judgeSpan(lines, format) });
  try {
    yield toRows(framer.push(rest), format);
    for (let next = await groups.next(); next.done !== true; next = await groups.next()) {
      yield toRows(framer.push(next.value), format);
    }
    yield toRows(framer.end(), format);
  } finally {
    // Closes the file of a reader who has seen enough.
    await groups.return?.();
  }
}

/** A quote forgotten in one row and another forgotten later would hide all rows between them in one field. */
function judgeSpan(lines: readonly string[], format: Format): 'fine' | 'broken' | 'spans-rows' {
  if (splitRow(lines.join('\n'), format.delimiter) === undefined) return 'broken';
  return lines.slice(1).some((line) => looksLikeRow(line, format)) ? 'spans-rows' : 'fine';
}

function looksLikeRow(line: string, format: Format): boolean {
  const fields = line.split(format.delimiter).map((field) => field.replaceAll('"', '').trim());
  return fields.length === format.columns.length && fields.some((field) => parseAddress(field).ok);
}

function toRows(frames: readonly Frame[], format: Format): readonly TableRow[] {
  const rows: TableRow[] = [];
  for (const frame of frames) {
    const row = toRow(frame, format);
    if (row !== undefined) rows.push(row);
  }
  return rows;
}

/** Returns undefined for a row of blank fields. */
function toRow(frame: Frame, { columns, delimiter }: Format): TableRow | undefined {
  if ('reason' in frame) return toRejected(frame, delimiter);
  const { line, text } = frame;
  const fields = splitRow(text, delimiter);
  if (fields === undefined) return { line, reason: 'row-quoting', text };
  if (fields.every(isBlank)) return undefined;
  if (fields.length > columns.length && !fields.slice(columns.length).every(isBlank)) {
    return { line, reason: 'row-fields', text };
  }
  return { line, fields };
}

function isBlank(field: string): boolean {
  return field.trim() === '';
}

/** Every encoding that continues ASCII has the marks of CSV at the same bytes, so such a row has fields too. */
function toRejected({ line, reason, text }: RejectedFrame, delimiter: string): TableRow {
  if (reason !== 'row-not-utf8') return { line, reason, text };
  return { line, reason, text, rawFields: splitRow(text, delimiter) ?? [text] };
}
