import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

import type { UploadFile, UploadFiles } from '../../app/ports/desk.ts';
import { AppError } from '../../errors/app-error.ts';

/** A process that was killed leaves its files; the next one removes them once they are this old. */
const leftOverMs = 24 * 3_600_000;

/** Files of uploads in a folder of `DAYBRIEF_HOME`, which only its owner may enter. */
export function createUploadFiles(folder: string, now: () => number): UploadFiles {
  return {
    async create() {
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 });
        await removeLeftOvers(folder, now());
        return await createFile(join(folder, `${randomUUID()}.tmp`));
      } catch (cause) {
        throw unwritable(cause);
      }
    },
  };
}

async function createFile(path: string): Promise<UploadFile> {
  await using _created = await open(path, 'wx', 0o600);
  return {
    async write(bytes) {
      try {
        await using file = await open(path, 'a', 0o600);
        await file.writeFile(bytes);
      } catch (cause) {
        throw unwritable(cause);
      }
    },
    read: () => createReadStream(path),
    remove: () => rm(path, { force: true }),
  };
}

async function removeLeftOvers(folder: string, now: number): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: now }));
    if (now - mtimeMs > leftOverMs) await rm(path, { force: true });
  }
}

function unwritable(cause: unknown): AppError {
  return new AppError('FILE_UNWRITABLE', 'The upload cannot be written to the disk.', {
    hint: 'Check that DAYBRIEF_HOME may be written to and that the disk is not full.',
    cause,
  });
}
