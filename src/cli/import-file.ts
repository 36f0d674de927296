import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';

import { AppError } from '../errors/app-error.ts';
import type { CliContext } from './context.ts';

export interface ImportFile extends AsyncDisposable {
  /** Opens the file from its beginning. */
  readonly source: () => AsyncIterable<Uint8Array>;
  readonly path?: string;
  readonly sizeBytes?: number;
  readonly rejectsPath?: string;
}

/** Opens the file of an import, or standard input for `-`. @throws AppError FILE_UNREADABLE */
export async function openImportFile(context: CliContext, file: string): Promise<ImportFile> {
  if (file === '-') return spool(context);
  const path = resolve(context.io.cwd, file);
  const found = await stat(path).catch((cause: unknown) => {
    throw isMissing(cause) ? noSuchFile(file, cause) : cause;
  });
  if (found.isDirectory()) {
    throw new AppError('FILE_UNREADABLE', `${file} is a folder; a CSV file is expected.`, {
      hint: 'Name one of the files in it, or - for standard input.',
    });
  }
  return {
    source: () => readLazily(path),
    path,
    sizeBytes: found.size,
    rejectsPath: `${path}.rejects.csv`,
    async [Symbol.asyncDispose]() {},
  };
}

/** Copies standard input into a temporary file, because an import reads its file twice. */
async function spool(context: CliContext): Promise<ImportFile> {
  const folder = await mkdtemp(join(tmpdir(), 'daybrief-import-'));
  const path = join(folder, 'stdin.csv');
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    await pipeline(context.io.stdin, createWriteStream(path, { mode: 0o600 }), { signal: context.signal });
  } catch (error) {
    await remove();
    throw error;
  }
  return { source: () => readLazily(path), [Symbol.asyncDispose]: remove };
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

function noSuchFile(file: string, cause: unknown): AppError {
  return new AppError('FILE_UNREADABLE', `There is no file ${file}.`, {
    hint: 'Check the name; relative paths start in the current folder.',
    cause,
  });
}

/** Opens the file on the first read, so that an error reaches the consumer of the stream. */
async function* readLazily(path: string): AsyncGenerator<Uint8Array> {
  yield* createReadStream(path, { highWaterMark: 256 * 1024 });
}
