import { readFileSync, statSync } from 'node:fs';

import { AppError } from '../errors/app-error.ts';
import type { Config } from './config.ts';

/**
 * Returns the token for the API of another machine: DAYBRIEF_TOKEN, otherwise the first line of the file that
 * DAYBRIEF_TOKEN_FILE names, which only its owner may be able to read.
 *
 * @throws AppError REMOTE_TOKEN_MISSING
 */
export function readRemoteToken({ remote: { token, tokenFile } }: Pick<Config, 'remote'>): string {
  if (token !== undefined) return checked(token, 'DAYBRIEF_TOKEN');
  if (tokenFile === undefined) {
    throw missing('neither DAYBRIEF_TOKEN nor DAYBRIEF_TOKEN_FILE is set', {
      hint: 'Make a token on the other machine with `daybrief tokens create`, and set one of them.',
    });
  }
  try {
    if ((statSync(tokenFile).mode & 0o077) !== 0)
      throw missing(`other users can read ${tokenFile}`, { hint: `Run chmod 600 ${tokenFile}.` });
    const [line = ''] = readFileSync(tokenFile, 'utf8').split(/\r?\n/u);
    return checked(line, tokenFile);
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    const why = `${tokenFile} cannot be read: ${(cause as Error).message}`;
    throw missing(why, { hint: 'Make it, with mode 0600.', cause });
  }
}

/** The characters of a bearer token (RFC 6750 section 2.1): anything else cannot be sent in a header. */
function checked(token: string, source: string): string {
  if (/^[\w.~+/-]+=*$/u.test(token)) return token;
  throw missing(`${source} has no token in it`, {
    hint: 'A token begins with daybrief_ and has neither spaces nor quotation marks.',
  });
}

function missing(why: string, options: { readonly hint: string; readonly cause?: unknown }): AppError {
  return new AppError('REMOTE_TOKEN_MISSING', `There is no token for --remote: ${why}.`, options);
}
