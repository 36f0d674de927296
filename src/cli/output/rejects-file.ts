import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { realpath, rename } from 'node:fs/promises';

import type { FormatRows, RejectedRow } from '../../app/ports/subscribers.ts';
import { formatRejectHead, formatRejects, rejectColumns } from '../../app/subscribers/format-rejects.ts';
import { AppError } from '../../errors/app-error.ts';
import { AtomicFile, exists } from './atomic-file.ts';

/**
 * The rows that an import rejected, as CSV: line, reason, sentence, and then the columns of the imported
 * file, so that it can be corrected and imported again. It exists only if rows were rejected, and is UTF-8 but for
 * rows that were not.
 */
export class RejectsFile implements AsyncDisposable {
  readonly path: string;
  readonly #file: AtomicFile;
  readonly #formatRows: FormatRows;
  readonly #hash = createHash('sha256');
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
    const head = this.#isEmpty ? [formatRejectHead(this.#header, this.#formatRows)] : [];
    this.#isEmpty = false;
    const bytes = Buffer.concat([...head, formatRejects(rows, this.#formatRows)]);
    this.#hash.update(bytes);
    await this.#file.write(bytes);
  }

  /**
   * Writes the file if rows were rejected. The rejects of an earlier import may have been corrected by hand: unless
   * they are the same, they are renamed first.
   *
   * @returns the new name of the earlier file, if it was renamed
   */
  async commit(): Promise<string | undefined> {
    const kept = await this.#keepEarlier();
    if (!this.#isEmpty) await this.#file.commit({ replace: true });
    return kept;
  }

  async #keepEarlier(): Promise<string | undefined> {
    if (!(await exists(this.path))) return undefined;
    if (!this.#isEmpty && this.#hash.copy().digest('hex') === (await hashFile(this.path))) return undefined;
    const kept = await freeName(this.path);
    await rename(this.path, kept);
    return kept;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file[Symbol.asyncDispose]();
  }
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
  const start = await readStart(path, rejectColumns.join('","').length + 3);
  // Without quotes in files of version 0.1.
  if (start.replaceAll('"', '').startsWith(`${rejectColumns.join(',')},`)) return;
  throw new AppError('USAGE_INVALID', `The file ${path} exists and holds no rejects of an import.`, {
    hint: 'Choose another file with --rejects.',
  });
}

async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/** `people.csv.rejects.1.csv` */
async function freeName(path: string): Promise<string> {
  const base = path.replace(/\.csv$/u, '');
  for (let number = 1; ; number += 1) {
    const name = `${base}.${number}.csv`;
    if (!(await exists(name))) return name;
  }
}

async function readStart(path: string, length: number): Promise<string> {
  let text = '';
  for await (const chunk of createReadStream(path, { end: length - 1, encoding: 'utf8' })) text += chunk;
  return text;
}
