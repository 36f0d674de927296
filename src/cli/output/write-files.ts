import { randomUUID } from 'node:crypto';
import { lstat, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { makeFolder } from '../../config/make-folder.ts';
import { AppError } from '../../errors/app-error.ts';

/**
 * Writes several files that belong together: each goes to a temporary name first, and only when all of
 * them are complete are they renamed. No process sees a partly written file.
 *
 * @param files contents by path below `folder`
 * @throws AppError FILE_UNWRITABLE
 */
export async function writeFiles(
  folder: string,
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<void> {
  const suffix = `.${randomUUID()}.tmp`;
  const paths = Object.keys(files).map((name) => join(folder, name));
  try {
    for (const [name, content] of Object.entries(files)) {
      const path = join(folder, name);
      makeFolder(dirname(path));
      await writeFile(path + suffix, content);
    }
    for (const path of paths) await requireFileOrNothing(path);
    for (const path of paths) await rename(path + suffix, path);
  } catch (cause) {
    // If removing the temporary files fails too, the first error is the one to report.
    await Promise.allSettled(paths.map((path) => rm(path + suffix, { force: true })));
    throw new AppError(
      'FILE_UNWRITABLE',
      `The results cannot be written to ${folder}: ${(cause as Error).message}.`,
      {
        hint: 'Check that the folder may be written to and that the disk is not full.',
        cause,
      },
    );
  }
}

/** A folder in the place of the last file would be found out after the others were replaced. */
async function requireFileOrNothing(path: string): Promise<void> {
  const found = await lstat(path).catch(() => undefined);
  if (found?.isDirectory() === true) throw new Error(`${path} is a folder`);
}
