import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { isSlug } from '../../domain/editions/slug.ts';
import { AppError } from '../../errors/app-error.ts';
import { displayPath } from '../display-path.ts';

/** Returns the slugs of all publications: folders that contain a publication.yaml, in alphabetical order. */
export async function listPublications(digestsDir: string): Promise<readonly string[]> {
  const slugs: string[] = [];
  for (const entry of await readFolder(digestsDir)) {
    if (!isSlug(entry)) continue;
    if ((await readFolder(join(digestsDir, entry))).includes('publication.yaml')) slugs.push(entry);
  }
  return slugs.toSorted();
}

/** Returns the names in a folder; none if there is no such folder. */
export async function readFolder(path: string): Promise<readonly string[]> {
  try {
    return await readdir(path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    throw new AppError('FILE_UNREADABLE', `The folder ${displayPath(path)} cannot be read.`, {
      hint: 'Check its permissions.',
      cause: error,
    });
  }
}
