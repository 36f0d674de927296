import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { join, sep } from 'node:path';

import type { Publication } from '../../domain/editions/publication.ts';
import { AppError } from '../../errors/app-error.ts';
import { limits } from '../limits.ts';
import { imageFormat } from './image-format.ts';
import { prepareOnce } from './prepare-once.ts';
import { groundsOf } from './visibility.ts';

/** Largest image file that is taken, in bytes. */
export const maxImageBytes = limits.imageBytes;

/** Names that are tried beside one that another image has. */
const maxNames = 100;

/**
 * Writes an image into the folder of a publication, after the checks that every image of a digest goes through. The
 * name is made of letters, digits and dashes, its ending says what the bytes are, and no other file is overwritten.
 *
 * @returns its path below the publication's folder, as a digest names it
 * @throws AppError IMAGE_INVALID, FILE_UNWRITABLE
 */
export async function addImage(
  dir: string,
  {
    name,
    bytes,
    publication,
  }: {
    /** As the browser says. */
    readonly name: string;
    readonly bytes: Buffer;
    readonly publication: Pick<Publication, 'brand'>;
  },
): Promise<{ readonly file: string }> {
  const prepared = await prepareOnce(bytes, groundsOf(publication.brand.color, 'panel'));
  if (!prepared.ok)
    throw new AppError('IMAGE_INVALID', `The image ${prepared.reason}.`, { hint: prepared.hint });
  const ending = imageFormat(bytes) === 'jpeg' ? 'jpg' : (imageFormat(bytes) ?? 'image');
  const stem = stemOf(name);
  try {
    const folder = await imageFolder(dir);
    for (let number = 1; number <= maxNames; number += 1) {
      const file = `${stem}${number === 1 ? '' : `-${number}`}.${ending}`;
      if (await writeNew(join(folder, file), bytes)) return { file: `images/${file}` };
    }
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw new AppError('FILE_UNWRITABLE', 'The folder of images cannot be written to.', {
      hint: 'Check its permissions and that the disk is not full.',
      cause,
    });
  }
  throw new AppError('IMAGE_INVALID', `There are ${maxNames} other images of that name.`, {
    hint: 'Give the file another name.',
  });
}

/** @throws AppError IMAGE_INVALID for a folder that leads out of the publication's */
async function imageFolder(dir: string): Promise<string> {
  const folder = join(dir, 'images');
  await mkdir(folder, { recursive: true });
  const [root, real] = await Promise.all([realpath(dir), realpath(folder)]);
  if (real.startsWith(root + sep)) return real;
  throw new AppError('IMAGE_INVALID', "The folder of images leads out of the publication's folder.", {
    hint: 'Make it a folder of its own.',
  });
}

/** Returns false if there is a file with other bytes. The file is there whole or not at all. */
async function writeNew(path: string, bytes: Buffer): Promise<boolean> {
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    await writeFile(temporary, bytes, { flag: 'wx' });
    await link(temporary, path);
    return true;
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || error.code !== 'EEXIST') throw error;
    return (await readFile(path)).equals(bytes);
  } finally {
    await rm(temporary, { force: true });
  }
}

/** Names that Windows has for devices, whatever follows the dot: a folder with such a file cannot be checked out there. */
const deviceName = /^(?:con|prn|aux|nul|com\d|lpt\d)$/u;

/** "Störm lines (2).JPG" becomes `storm-lines-2`. */
function stemOf(name: string): string {
  const [last = ''] = name.split(/[/\\]/u).slice(-1);
  const stem = last
    .replace(/\.[^.]*$/u, '')
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/gu, '-')
    .slice(0, 60)
    .replaceAll(/^-+|-+$/gu, '');
  if (stem === '') return 'image';
  return deviceName.test(stem) ? `image-${stem}` : stem;
}
