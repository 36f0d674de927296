import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, linkSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

import { AppError } from '../errors/app-error.ts';
import type { Config } from './config.ts';
import { makeHome } from './make-folder.ts';
import { minSecretLength, splitList } from './variables.ts';

/**
 * Returns the secrets that sign links, newest first: from DAYBRIEF_SECRET, otherwise from the file `secret`
 * in DAYBRIEF_HOME, which is created on first use with mode 0600. Processes that start at
 * the same time get the same secret.
 *
 * @throws AppError CONFIG_SECRET_UNUSABLE when the file can be neither read nor made, FILE_UNWRITABLE
 * when the folder cannot be made.
 */
export function readSecrets(config: Pick<Config, 'home' | 'secrets'>): readonly string[] {
  if (config.secrets.length > 0) return config.secrets;
  const path = join(config.home, 'secret');
  makeHome(config.home);
  try {
    const text = readIfPresent(path) ?? keepSecret(path, randomBytes(32).toString('hex'));
    const secrets = splitList(text);
    if (secrets.length > 0 && secrets.every((secret) => secret.length >= minSecretLength)) return secrets;
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const hint = code === 'EACCES' || code === 'EPERM' ? otherOwner : undefined;
    throw unusable(`The file ${path} cannot be read or made: ${(cause as Error).message}.`, { cause, hint });
  }
  throw unusable(`The file ${path} does not hold secrets of at least ${minSecretLength} characters.`);
}

const otherOwner =
  'It belongs to another user. Run the command as that user, or give the folder and its files to this user with chown.';

function unusable(
  message: string,
  { cause, hint }: { readonly cause?: unknown; readonly hint?: string | undefined } = {},
): AppError {
  return new AppError('CONFIG_SECRET_UNUSABLE', message, {
    hint:
      hint ??
      'Restore it from a backup, or links in mail that was already sent stop working; or set DAYBRIEF_SECRET.',
    cause,
  });
}

/** Returns the text of a file; undefined if there is none. */
export function readIfPresent(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * Writes a secret into a file with mode 0600 that must not be there yet, and returns what the file then contains. Links a
 * complete file to its name; if another process was first, its file is used. No process reads a partly
 * written secret, and a crash leaves at most a temporary file.
 */
export function keepSecret(path: string, secret: string): string {
  const temporary = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`;
  try {
    writeDurably(temporary, `${secret}\n`);
    linkSync(temporary, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(temporary, { force: true });
  }
  return readFileSync(path, 'utf8');
}

function writeDurably(path: string, text: string): void {
  const file = openSync(path, 'wx', 0o600);
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
