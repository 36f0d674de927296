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
  EADDRINUSE: { code: 'PORT_UNAVAILABLE', hint: 'Another program listens there; choose another port.' },
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
  if (code.startsWith('SQLITE_')) return translateSqlite(message, code, error);
  return new AppError('BUG', `Unexpected error: ${toSentence(message)}`, {
    hint: 'Run it again with `--log-level debug` to see where, and report that.',
    cause: error,
  });
}

/** By the beginning of SQLite's result code. */
const sqliteErrors: readonly (readonly [string, { readonly says: string; readonly hint: string }])[] = [
  [
    'SQLITE_FULL',
    {
      says: 'The disk of the database is full',
      hint: 'Make room on the disk of DAYBRIEF_HOME and run the command again; nothing is half-written.',
    },
  ],
  [
    'SQLITE_READONLY',
    {
      says: 'The database may not be written to',
      hint: 'Run the command as the user who owns DAYBRIEF_HOME, or give the folder and its files to this user.',
    },
  ],
  [
    'SQLITE_CANTOPEN',
    {
      says: 'The database cannot be opened',
      hint: 'Run the command as the user who owns DAYBRIEF_HOME, or give the folder and its files to this user.',
    },
  ],
  [
    'SQLITE_BUSY',
    {
      says: 'Another process has kept the database locked for a minute',
      hint: 'Look for a long import or a stopped process of Daybrief, then run the command again.',
    },
  ],
  [
    'SQLITE_CORRUPT',
    { says: 'The database is damaged', hint: 'Bring a backup back with `daybrief restore`.' },
  ],
  [
    'SQLITE_NOTADB',
    { says: 'The file is not a database', hint: 'Bring a backup back with `daybrief restore`.' },
  ],
  [
    'SQLITE_IOERR',
    {
      says: 'The disk of the database does not read or write',
      hint: "Check the disk of DAYBRIEF_HOME and the system's log.",
    },
  ],
];

function translateSqlite(message: string, code: string, cause: unknown): AppError {
  const known = sqliteErrors.find(([start]) => code.startsWith(start))?.[1];
  const says = known?.says ?? 'The database refused';
  return new AppError('STORE_UNAVAILABLE', `${says}: ${message} (${code}).`, {
    hint: known?.hint ?? 'Check the disk and the folder DAYBRIEF_HOME; the command can be run again.',
    cause,
  });
}

/** Turns Node's `ENOENT: no such file or directory, open 'x'` into a sentence. */
function toSentence(message: string): string {
  const [firstLine = ''] = message.split('\n');
  const text = firstLine.replace(/^[A-Z]+: /u, '').slice(0, 500);
  const sentence = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/u.test(sentence) ? sentence : `${sentence}.`;
}
