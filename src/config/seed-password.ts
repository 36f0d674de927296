import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';

import { AppError } from '../errors/app-error.ts';
import type { Config } from './config.ts';

/**
 * Returns the password of a seed mailbox: from a variable of the environment or of `.env`, or the first line of a file
 * that only its owner can read.
 *
 * @throws AppError SEED_PASSWORD_MISSING
 */
export function readSeedPassword(
  { address, password }: SeedPassword,
  { home, seedPasswords }: Pick<Config, 'home' | 'seedPasswords'>,
): string {
  if ('variable' in password) {
    const value = seedPasswords[password.variable] ?? '';
    if (value !== '') return value;
    throw missing(
      address,
      `${password.variable} is not set`,
      `Set ${password.variable} in the environment or in .env.`,
    );
  }
  const path = resolve(home, 'seeds', password.file);
  const { mode } = statOf(path, address);
  if ((mode & 0o077) !== 0) {
    throw missing(address, `other users can read ${path}`, `Run chmod 600 ${path}.`);
  }
  const [line = ''] = readFileSync(path, 'utf8').split(/\r?\n/u);
  if (line !== '') return line;
  throw missing(address, `${path} is empty`, 'Write the password into its first line.');
}

interface SeedPassword {
  readonly address: string;
  readonly password: { readonly variable: string } | { readonly file: string };
}

function statOf(path: string, address: string) {
  try {
    return statSync(path);
  } catch (error) {
    throw missing(address, `${path} cannot be read: ${(error as Error).message}`, 'Make it, with mode 0600.');
  }
}

function missing(address: string, why: string, hint: string): AppError {
  return new AppError('SEED_PASSWORD_MISSING', `There is no password for the seed ${address}: ${why}.`, {
    hint,
  });
}
