import { inspect } from 'node:util';

import { AppError } from '../errors/app-error.ts';
import type { ErrorCode } from '../errors/catalogue.ts';

/** Error code and hint for the errors of the operating system. */
const systemErrors: Readonly<Record<string, { readonly code: ErrorCode; readonly hint: string }>> = {
  ENOENT: { code: 'FILE_UNREADABLE', hint: 'Check the name; relative paths start in the current folder.' },
  EISDIR: { code: 'FILE_UNREADABLE', hint: 'A file is expected there, not a folder.' },
  ENOTDIR: { code: 'FILE_UNREADABLE', hint: 'A folder is expected there, not a file.' },
  EACCES: { code: 'FILE_UNWRITABLE', hint: 'Check owner and permissions of the file and its folder.' },
  EPERM: { code: 'FILE_UNWRITABLE', hint: 'Check owner and permissions of the file and its folder.' },
  EROFS: { code: 'FILE_UNWRITABLE', hint: 'The file system is read-only; choose another folder.' },
  ENOSPC: { code: 'FILE_UNWRITABLE', hint: 'The disk is full; make room and run the command again.' },
  EMFILE: { code: 'FILE_UNWRITABLE', hint: 'Too many files are open; raise the limit with `ulimit -n`.' },
  EADDRINUSE: { code: 'PORT_UNAVAILABLE', hint: 'Another program listens there; choose another PORT.' },
};

/**
 * Translates any thrown value into an AppError. Unexpected values become BUG, with the thrown
 * value as cause.
 */
export function translateError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const message = error instanceof Error ? error.message : inspect(error, { depth: 1 });
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const known = systemErrors[code];
  if (known !== undefined) {
    return new AppError(known.code, toSentence(message), { hint: known.hint, cause: error });
  }
  if (code.startsWith('SQLITE_')) {
    return new AppError('STORE_UNAVAILABLE', `The database refused: ${message} (${code}).`, {
      hint: 'Check the disk and the folder DAYBRIEF_HOME; the command can be run again.',
      cause: error,
    });
  }
  return new AppError('BUG', `Unexpected error: ${toSentence(message)}`, {
    hint: 'Run it again with `--log-level debug` to see where, and report that.',
    cause: error,
  });
}

/** Turns Node's `ENOENT: no such file or directory, open 'x'` into a sentence. */
function toSentence(message: string): string {
  const [firstLine = ''] = message.split('\n');
  const text = firstLine.replace(/^[A-Z]+: /u, '').slice(0, 500);
  const sentence = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/u.test(sentence) ? sentence : `${sentence}.`;
}
