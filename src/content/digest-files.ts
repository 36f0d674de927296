import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { Digest } from '../domain/editions/digest.ts';
import type { IsoDate } from '../domain/units.ts';
import { AppError } from '../errors/app-error.ts';
import { displayPath } from './display-path.ts';
import { digestFiles } from './find-digest.ts';
import { readDigest } from './read-digest.ts';

/** Returns the dates of a publication that have a digest, in order. */
export async function digestDates(digestsDir: string, slug: string): Promise<readonly IsoDate[]> {
  return [...(await digestFiles(join(digestsDir, slug))).keys()].toSorted();
}

/** Reads what can be read of the digest of a date; undefined if nothing can. */
export async function readDigestOf(
  digestsDir: string,
  { slug, date }: { readonly slug: string; readonly date: IsoDate },
): Promise<Digest | undefined> {
  const [name] = (await digestFiles(join(digestsDir, slug))).get(date) ?? [];
  if (name === undefined) return undefined;
  const path = join(digestsDir, slug, name);
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
