import { constants } from 'node:fs';
import { open, readdir, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';

import { limits } from '../limits.ts';

/** The bytes of an image, or why there are none. */
export type ReadImage =
  | { readonly ok: true; readonly bytes: Buffer }
  | { readonly ok: false; readonly rule: string; readonly reason: string; readonly hint: string };

/** Reads a file inside `dir`; a symlink that leads out of it is refused, and nothing above 5 MB is read. */
export async function readImage(dir: string, src: string): Promise<ReadImage> {
  try {
    const root = await realpath(dir);
    const path = await realpath(await storedPath(root, src));
    if (!path.startsWith(root + sep)) {
      return refuse('image-outside', "leads out of the publication's folder", 'Put the file itself there.');
    }
    // A named pipe would be waited for without end.
    await using file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const { size, isFile } = await file.stat().then((stat) => ({ size: stat.size, isFile: stat.isFile() }));
    if (!isFile) return refuse('image-unreadable', 'is not a file', 'Name a JPEG, PNG, GIF or WebP file.');
    if (size > limits.imageBytes) {
      const reason = `is ${(size / 1024 / 1024).toFixed(1)} MB large; at most 5 MB are allowed`;
      return refuse('image-too-large', reason, 'Save it 1,200 pixels wide.');
    }
    return { ok: true, bytes: await file.readFile() };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (['ENOENT', 'ENOTDIR', 'ENAMETOOLONG'].includes(code)) {
      return refuse('image-missing', 'does not exist', `Put it at ${src} beside the digest.`);
    }
    return refuse('image-unreadable', 'cannot be read', 'Check its permissions.');
  }
}

/**
 * Returns the path under which a file is stored. Names with accents are compared in NFC: macOS and archives made
 * there store "é" as two characters, editors write one.
 */
async function storedPath(root: string, src: string): Promise<string> {
  let path = root;
  for (const part of src.split('/')) {
    const names = /[^\u0000-\u007F]/u.test(part) ? await readdir(path).catch(() => []) : [];
    const same = names.filter((name) => name.normalize('NFC') === part.normalize('NFC'));
    path = join(path, same.includes(part) ? part : (same[0] ?? part));
  }
  return path;
}

function refuse(rule: string, reason: string, hint: string): ReadImage {
  return { ok: false, rule, reason, hint };
}
