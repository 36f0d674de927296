import { createReadStream } from 'node:fs';
import { realpath, rm } from 'node:fs/promises';

import type { FormatRows, RejectedRow } from '../../app/ports/subscribers.ts';
import { toSpreadsheetCell } from '../../domain/subscribers/spreadsheet-cell.ts';
import { AppError } from '../../errors/app-error.ts';
import { AtomicFile, exists } from './atomic-file.ts';

const ownColumns = ['line', 'reason', 'sentence'];
/** A row that could not be read may be 64 KB long; its beginning is enough to find it. */
const maxCellLength = 10_000;

/**
 * The rows that an import rejected, as CSV: line, reason, sentence, and then the columns of the imported
 * file, so that it can be corrected and imported again. It exists only if rows were rejected, and is UTF-8 but for
 * rows that were not.
 */
export class RejectsFile implements AsyncDisposable {
  readonly path: string;
  readonly #file: AtomicFile;
  readonly #formatRows: FormatRows;
  #header: readonly string[] = [];
  #isEmpty = true;

  constructor(path: string, formatRows: FormatRows) {
    this.path = path;
    this.#file = new AtomicFile(path);
    this.#formatRows = formatRows;
  }

  setHeader(header: readonly string[]): void {
    this.#header = header;
  }

  async write(rows: readonly RejectedRow[]): Promise<void> {
    if (this.#isEmpty) {
      this.#isEmpty = false;
      await this.#file.write(this.#formatRows([[...ownColumns, ...this.#header.map(toSpreadsheetCell)]]));
    }
    if (rows.every(({ areRaw }) => areRaw !== true))
      return this.#file.write(this.#formatRows(rows.map(cellsOf)));
    const texts = rows.map((row) =>
      // A row in another encoding than UTF-8 keeps its own bytes.
      Buffer.from(this.#formatRows([cellsOf(row)]), row.areRaw === true ? 'latin1' : 'utf8'),
    );
    await this.#file.write(Buffer.concat(texts));
  }

  /** Replaces the rejects file of an earlier import, or removes it if no row was rejected. */
  async commit(): Promise<void> {
    if (!this.#isEmpty) await this.#file.commit({ replace: true });
    else await rm(this.path, { force: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file[Symbol.asyncDispose]();
  }
}

function cellsOf({ line, reason, sentence, fields, areRaw }: RejectedRow): readonly string[] {
  const whole = areRaw === true ? fields : fields.map((field) => field.slice(0, maxCellLength));
  return [String(line), reason, sentence, ...whole.map(toSpreadsheetCell)];
}

/**
 * Refuses a name that would destroy something: the imported file, or any file that is not the rejects of
 * an earlier import.
 *
 * @throws AppError USAGE_INVALID
 */
export async function refuseRejectsPath(path: string, inputPath: string | undefined): Promise<void> {
  if (!(await exists(path))) return;
  if (inputPath !== undefined && (await realpath(path)) === (await realpath(inputPath))) {
    throw new AppError('USAGE_INVALID', `The rejects cannot go to ${path}: that is the file to import.`, {
      hint: 'Choose another file with --rejects.',
    });
  }
  const start = await readStart(path, ownColumns.join('","').length + 3);
  // Without quotes in files of version 0.1.
  if (start.replaceAll('"', '').startsWith(`${ownColumns.join(',')},`)) return;
  throw new AppError('USAGE_INVALID', `The file ${path} exists and holds no rejects of an import.`, {
    hint: 'Choose another file with --rejects.',
  });
}

async function readStart(path: string, length: number): Promise<string> {
  let text = '';
  for await (const chunk of createReadStream(path, { end: length - 1, encoding: 'utf8' })) text += chunk;
  return text;
}
