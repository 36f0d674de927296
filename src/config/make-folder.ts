import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

import { AppError } from '../errors/app-error.ts';

/**
 * Makes a folder, and those above it, where they are missing. Not by `mkdir` with `recursive`: below a
 * folder where nothing can be made, as /proc, Node goes round in circles for ever.
 *
 * @param mode of folders that are made
 * @throws what the file system says
 */
export function makeFolder(path: string, mode = 0o777): void {
  if (isFolder(path)) return;
  const parent = dirname(path);
  if (parent !== path) makeFolder(parent, mode);
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    // Another process was quicker.
    if (!isFolder(path)) throw error;
  }
}

/**
 * Makes DAYBRIEF_HOME where it is missing. It holds the addresses of all readers: nobody else on the
 * machine is to read them.
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
