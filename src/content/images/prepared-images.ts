import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { z } from 'zod';

import type { PreparedImage } from './prepare-image.ts';
import type { Grounds } from './visibility.ts';

/** A folder of images that were prepared before. Only a cache: a file that is missing or damaged is made again. */
export interface PreparedImages {
  readonly find: (bytes: Buffer, grounds: Grounds) => Promise<PreparedImage | undefined>;
  readonly keep: (
    source: { readonly bytes: Buffer; readonly grounds: Grounds },
    image: PreparedImage,
  ) => Promise<void>;
}

/** About a year of daily editions. */
const maxFiles = 1000;
const maxBytes = 256 * 1024 * 1024;

/** First line of a file, as JSON; the bytes follow, unless they are those of the source. */
const headSchema = z.object({
  isPale: z.boolean(),
  contentType: z.enum(['image/png', 'image/jpeg', 'image/gif']),
  extension: z.enum(['png', 'jpg', 'gif']),
  width: z.number(),
  height: z.number(),
  isOriginal: z.boolean(),
  /** Of the bytes, in hex. */
  sha256: z.string(),
});

/**
 * Opens the folder, which is created with the first image. The name of a file is a hash of the source, its grounds,
 * the version of sharp and the code of this folder, so that an image is never one that another version has encoded.
 *
 * Neither function throws: on a full disk or without the right to write, images are prepared each time.
 */
export function openPreparedImages(folder: string): PreparedImages {
  let version: Promise<string> | undefined;
  const pathOf = async (bytes: Buffer, { light, dark }: Grounds): Promise<string> => {
    version ??= versionOfPreparation();
    const key = JSON.stringify([await version, sha256Of(bytes), light, dark]);
    return join(folder, sha256Of(key));
  };
  return {
    find: async (bytes, grounds) => {
      try {
        return readPrepared(await readFile(await pathOf(bytes, grounds)), bytes);
      } catch {
        return undefined;
      }
    },
    keep: async ({ bytes, grounds }, image) => {
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 });
        await writeWhole(await pathOf(bytes, grounds), filed(image, bytes));
        await prune(folder);
      } catch {
        // The next command prepares it again.
      }
    },
  };
}

function readPrepared(file: Buffer, source: Buffer): PreparedImage | undefined {
  const end = file.indexOf('\n');
  const { isOriginal, sha256, ...head } = headSchema.parse(JSON.parse(file.toString('utf8', 0, end)));
  const bytes = isOriginal ? source : file.subarray(end + 1);
  return sha256Of(bytes) === sha256 ? { ok: true, ...head, bytes } : undefined;
}

function filed(
  { bytes, isPale, contentType, extension, width, height }: PreparedImage,
  source: Buffer,
): Buffer {
  const isOriginal = bytes.equals(source);
  const head = { isPale, contentType, extension, width, height, isOriginal, sha256: sha256Of(bytes) };
  return Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), ...(isOriginal ? [] : [bytes])]);
}

async function writeWhole(path: string, bytes: Buffer): Promise<void> {
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    await writeFile(temporary, bytes, { mode: 0o600 });
    await rename(temporary, path);
  } finally {
    await rm(temporary, { force: true });
  }
}

/** Removes the oldest files above the limits, temporary files of processes that ended included. */
async function prune(folder: string): Promise<void> {
  const names = await readdir(folder);
  const files = await Promise.all(
    names.map(async (name) => {
      const path = join(folder, name);
      const { mtimeMs, size } = await stat(path);
      return { path, mtimeMs, size };
    }),
  );
  let bytes = 0;
  for (const [index, file] of files.toSorted((a, b) => b.mtimeMs - a.mtimeMs).entries()) {
    bytes += file.size;
    if (index >= maxFiles || bytes > maxBytes) await rm(file.path, { force: true });
  }
}

/** sharp's package names its libvips exactly. The processor is included, though it should make no difference. */
async function versionOfPreparation(): Promise<string> {
  const sharpFile = new URL('../package.json', import.meta.resolve('sharp'));
  const { version } = JSON.parse(await readFile(sharpFile, 'utf8')) as { readonly version: string };
  const code = createHash('sha256');
  const names = (await readdir(import.meta.dirname)).filter((name) => /\.[jt]s$/u.test(name)).toSorted();
  for (const path of [...names, join('..', 'limits.ts'), join('..', 'limits.js')]) {
    code.update(await readFile(join(import.meta.dirname, path)).catch(() => ''));
  }
  return [version, process.arch, code.digest('hex')].join(' ');
}

function sha256Of(bytes: Buffer | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}
