import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { PastDigest } from '../app/ports/inbox.ts';
import type { Digest } from '../domain/editions/digest.ts';
import type { IsoDate } from '../domain/units.ts';
import { AppError } from '../errors/app-error.ts';
import { displayPath } from './display-path.ts';
import { digestFiles } from './find-digest.ts';
import { readDigest } from './read-digest.ts';

/** Returns the digest files of a publication by date; each is read when it is asked for. */
export async function listDigests(digestsDir: string, slug: string): Promise<readonly PastDigest[]> {
  const folder = join(digestsDir, slug);
  const files = [...(await digestFiles(folder))].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return files.map(([date, [name = '']]) => {
    const path = join(folder, name);
    return { date, text: () => readFile(path, 'utf8').catch(() => ''), digest: () => readDraft(path) };
  });
}

async function readDraft(path: string): Promise<Digest | undefined> {
  try {
    return (await readDigest(path, { displayPath: displayPath(path) })).draft;
  } catch (error) {
    if (error instanceof AppError) return undefined;
    throw error;
  }
}

/**
 * Writes the first digest of a date.
 *
 * @throws AppError DIGEST_EXISTS, FILE_UNWRITABLE
 */
export async function createDigest(
  digestsDir: string,
  { slug, date, text }: { readonly slug: string; readonly date: IsoDate; readonly text: string },
): Promise<{ readonly displayPath: string }> {
  const [existing] = (await digestFiles(join(digestsDir, slug))).get(date) ?? [];
  const path = join(digestsDir, slug, `${date}.md`);
  if (existing !== undefined) throw digestExists(slug, date, existing);
  try {
    await writeFile(path, text, { flag: 'wx' });
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'EEXIST') {
      throw digestExists(slug, date, `${date}.md`);
    }
    throw new AppError('FILE_UNWRITABLE', `${displayPath(path)} cannot be written.`, {
      hint: 'Check that the folder may be written to and that the disk is not full.',
      cause,
    });
  }
  return { displayPath: displayPath(path) };
}

function digestExists(slug: string, date: IsoDate, name: string): AppError {
  return new AppError('DIGEST_EXISTS', `${slug} has a digest of ${date}: ${name}.`, {
    hint: 'Edit that file, or name another date. Nothing is overwritten.',
  });
}
