import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';

import { AppError } from '../../errors/app-error.ts';
import { imageFormat } from './image-format.ts';

/** Where copies of hosted images lie, below the publication's folder. */
const folder = 'images/copied';

/**
 * Finds the copy of a hosted image: the name of its file ends with a hash of the address, so no list of copies is
 * needed. Returns its path below `dir`.
 */
export async function findCopy(dir: string, url: string): Promise<string | undefined> {
  const names = await readdir(join(dir, folder)).catch(() => []);
  const ending = `-${hashOf(url)}.`;
  const name = names.find((found) => found.includes(ending) && !found.endsWith('.tmp'));
  return name === undefined ? undefined : `${folder}/${name}`;
}

/**
 * Writes the copy of a hosted image as it was downloaded, and returns its path below `dir`.
 *
 * @throws AppError FILE_UNWRITABLE
 */
export async function keepCopy(dir: string, url: string, bytes: Buffer): Promise<string> {
  const name = `${readableName(url)}-${hashOf(url)}.${imageFormat(bytes) ?? 'image'}`;
  const path = join(dir, folder, name);
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    await mkdir(join(dir, folder), { recursive: true });
    await writeFile(temporary, bytes);
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw new AppError('FILE_UNWRITABLE', `The copy of an image cannot be written to ${path}.`, {
      hint: 'Check that the folder may be written to and that the disk is not full.',
      cause,
    });
  }
  return `${folder}/${name}`;
}

function hashOf(url: string): string {
  return createHash('sha256').update(url).digest('hex').slice(0, 12);
}

/** `example.org-storm`, for the curator who looks into the folder. */
function readableName(url: string): string {
  const { hostname, pathname } = new URL(url);
  const file = basename(pathname).replace(/\.[a-z0-9]+$/i, '');
  const safe = `${hostname}-${file}`.replaceAll(/[^A-Za-z0-9.]+/g, '-').replaceAll(/^[-.]+|[-.]+$/g, '');
  return safe.slice(0, 60);
}
