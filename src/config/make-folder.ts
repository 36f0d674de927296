import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

import { AppError } from '../errors/app-error.ts';

/**
 * Creates a folder and its missing parents. Does not use `mkdir` with `recursive`: below a
 * folder where nothing can be created, such as /proc, Node never returns.
 *
 * @param mode of folders that are made
 * @throws the file system's error
 */
export function makeFolder(path: string, mode = 0o777): void {
  if (isFolder(path)) return;
  const parent = dirname(path);
  if (parent !== path) makeFolder(parent, mode);
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    // Another process created it first.
    if (!isFolder(path)) throw error;
  }
}

/**
 * Creates DAYBRIEF_HOME if it is missing, readable only by its owner, because it contains the addresses
 * of all subscribers.
 *
 * @throws AppError FILE_UNWRITABLE
 */
export function makeHome(home: string): void {
  try {
    makeFolder(home, 0o700);
  } catch (cause) {
    throw new AppError('FILE_UNWRITABLE', `The folder ${home} cannot be made: ${(cause as Error).message}.`, {
      hint: 'Let DAYBRIEF_HOME name a folder that this user may write to.',
      cause,
    });
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
