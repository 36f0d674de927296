import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';

import { AppError } from '../errors/app-error.ts';

const maxSizeBytes = 65_536;

/**
 * Returns the variables of the `.env` file in `cwd`; empty if there is no such file.
 *
 * @throws AppError CONFIG_INVALID when it exists and cannot be read as one.
 */
export function readDotEnv(cwd: string): Readonly<Record<string, string | undefined>> {
  const path = join(cwd, '.env');
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats === undefined) return {};
    if (!stats.isFile() && !stats.isFIFO()) throw unusable('it is not a file');
    if (stats.size > maxSizeBytes) throw unusable(`it is larger than ${maxSizeBytes / 1024} KB`);
    // Some editors on Windows begin a file with a byte order mark.
    return parseEnv(readFileSync(path, 'utf8').replace(/^\uFEFF/u, ''));
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw unusable((cause as Error).message, cause);
  }
}

function unusable(why: string, cause?: unknown): AppError {
  return new AppError('CONFIG_INVALID', `The file .env cannot be read: ${why}.`, {
    hint: 'Copy .env.example to .env and set what differs, or remove .env.',
    cause,
  });
}
