import { AppError } from '../../errors/app-error.ts';
import type { ErrorCode } from '../../errors/catalogue.ts';

/** What makes a server or its database one that Daybrief cannot work with. */
export const unusable = {
  tooOld: (url: string, version: string) =>
    new AppError(
      'CONFIG_DATABASE_UNUSABLE',
      `${placeOf(url)} is PostgreSQL ${version}, and Daybrief needs 13 or newer.`,
      { hint: 'Name a newer server in DATABASE_URL.' },
    ),
  encoding: (url: string, encoding: string) =>
    new AppError('CONFIG_DATABASE_UNUSABLE', `The database ${placeOf(url)} is in ${encoding}, not in UTF8.`, {
      hint: 'Create one with `createdb --encoding=UTF8 --template=template0` and name it in DATABASE_URL.',
    }),
  readOnly: (url: string) =>
    new AppError('STORE_UNAVAILABLE', `The database ${placeOf(url)} is read-only, as a standby is.`, {
      hint: 'Name the primary in DATABASE_URL.',
    }),
};

interface Meaning {
  readonly code: ErrorCode;
  readonly hint: string;
}

const unavailable = (hint = 'Check that PostgreSQL is up and that DATABASE_URL is right.'): Meaning => ({
  code: 'STORE_UNAVAILABLE',
  hint,
});
const misconfigured = (hint: string): Meaning => ({ code: 'CONFIG_DATABASE_UNUSABLE', hint });

/** By SQLSTATE or by Node's code; the first that fits. */
const meanings: readonly (readonly [RegExp, Meaning])[] = [
  [/^28P01$/u, misconfigured('Correct the user name or the password in DATABASE_URL.')],
  [/^28/u, misconfigured('The server does not let this user in: see its pg_hba.conf and DATABASE_URL.')],
  [/^3D000$/u, misconfigured('Create the database with `createdb`, or name another one in DATABASE_URL.')],
  [/^42501$/u, misconfigured('Let the user in DATABASE_URL own the database: `createdb --owner`.')],
  [/^53100$/u, unavailable("The server's disk is full: make room on it.")],
  [/^53300$/u, unavailable("Raise the server's max_connections, or run fewer processes.")],
  [/^25006$/u, unavailable('The server is a standby: name the primary in DATABASE_URL.')],
  [/^ENOTFOUND$/u, unavailable('No such host is known: correct it in DATABASE_URL.')],
  [/^(?:08|53|57P|57014)/u, unavailable()],
  [/^E(?:CONN(?:REFUSED|RESET)|PIPE|TIMEDOUT|HOSTUNREACH|NETUNREACH|AI_AGAIN|NOENT|ACCES)$/u, unavailable()],
  [/CERT|SELF_SIGNED|UNABLE_TO_VERIFY/u, misconfigured('Name a root certificate with sslrootcert=<file>.')],
];

/** pg's own errors carry no code. */
const worded: readonly (readonly [RegExp, Meaning])[] = [
  [/connection (?:terminated|timeout|error)|timeout exceeded|read timeout|not queryable/iu, unavailable()],
  [/password must be|no password/iu, misconfigured('Give the password in DATABASE_URL.')],
  [/does not support SSL/iu, misconfigured('Take sslmode out of DATABASE_URL, or turn SSL on there.')],
];

/** An error of pg or PostgreSQL in a sentence, where it is about the connection; else the error itself. */
export function explainPostgresError(error: unknown, url: string): unknown {
  // Of a host with several addresses, each of which was tried.
  const cause = error instanceof AggregateError ? (error.errors[0] as unknown) : error;
  if (!(cause instanceof Error) || cause instanceof AppError) return cause;
  const { code } = cause as Error & { readonly code?: string };
  const [table, text] = code === undefined ? [worded, cause.message] : [meanings, code];
  const meaning = table.find(([pattern]) => pattern.test(text))?.[1];
  if (meaning === undefined) return cause;
  const message = `The database ${placeOf(url)} cannot be used: ${cause.message.replace(/\.$/u, '')}.`;
  return new AppError(meaning.code, message, { hint: meaning.hint, cause });
}

/** True where the connection is of no use any more. */
export function isConnectionLost(error: unknown): boolean {
  return error instanceof AppError && error.code === 'STORE_UNAVAILABLE';
}

/** Host, port and database, without the user and the password. */
export function placeOf(url: string): string {
  const parsed = URL.parse(url);
  return parsed === null ? 'of DATABASE_URL' : `${parsed.host}${parsed.pathname}`;
}
