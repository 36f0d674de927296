import { extname, join } from 'node:path';

import { parseReference } from '../domain/editions/edition-reference.ts';
import { isCalendarDate } from '../domain/time/calendar.ts';
import type { IsoDate } from '../domain/units.ts';
import { AppError } from '../errors/app-error.ts';
import { displayPath } from './display-path.ts';
import { listPublications, readFolder } from './publication/list-publications.ts';
import { loadPublication } from './publication/load-publication.ts';
import { digestFormats } from './read-digest.ts';
import { nearest } from './report/did-you-mean.ts';

export interface FoundDigest {
  readonly slug: string;
  readonly date: IsoDate;
  readonly path: string;
  /** Relative to the working directory where that is shorter: as the user would type it. */
  readonly displayPath: string;
}

/**
 * Finds the digest that `<publication>/<date>` or `<publication>` names. Without a date: today's, else
 * the next one to come, else the newest.
 *
 * @param options.today today's date as `YYYY-MM-DD` in a time zone
 * @throws AppError USAGE_INVALID for what is no reference, PUBLICATION_NOT_FOUND, DIGEST_NOT_FOUND, and
 * whatever `loadPublication` throws.
 */
export async function findDigest(options: {
  readonly digestsDir: string;
  readonly reference: string;
  readonly today: (timeZone: string) => string;
}): Promise<FoundDigest> {
  const { digestsDir } = options;
  const { slug, date } = parseReference(options.reference);
  await requirePublication(digestsDir, slug);
  const files = await digestFiles(join(digestsDir, slug));
  if (files.size === 0) {
    throw new AppError('DIGEST_NOT_FOUND', `The publication "${slug}" has no digest.`, {
      hint: `Write one as ${displayPath(join(digestsDir, slug))}/2026-11-23.md, named for its date.`,
    });
  }
  const dates = [...files.keys()].toSorted();
  const wanted = date ?? choose(dates, options.today((await loadPublication({ digestsDir, slug })).timeZone));
  const [name, ...others] = files.get(wanted) ?? [];
  if (name === undefined) throw digestNotFound(slug, wanted, dates);
  if (others.length > 0) {
    const names = [name, ...others].join(' and ');
    throw new AppError('DIGEST_NOT_FOUND', `"${slug}/${wanted}" could be any of ${names}.`, {
      hint: 'One date has one digest: keep one of these files.',
    });
  }
  const path = join(digestsDir, slug, name);
  return { slug, date: wanted, path, displayPath: displayPath(path) };
}

async function requirePublication(digestsDir: string, slug: string): Promise<void> {
  const slugs = await listPublications(digestsDir);
  if (slugs.includes(slug)) return;
  const meant = nearest(slug, slugs);
  const known = slugs.length === 0 ? 'There is none yet.' : `There is ${slugs.slice(0, 20).join(', ')}.`;
  throw new AppError(
    'PUBLICATION_NOT_FOUND',
    `There is no publication "${slug}" in ${displayPath(digestsDir)}.`,
    {
      hint: meant === undefined ? known : `Did you mean "${meant}"?`,
    },
  );
}

/** File names by date. */
export async function digestFiles(folder: string): Promise<ReadonlyMap<string, readonly string[]>> {
  const files = new Map<string, string[]>();
  for (const name of (await readFolder(folder)).toSorted()) {
    const extension = extname(name);
    const date = name.slice(0, -extension.length);
    if (!Object.hasOwn(digestFormats, extension) || !isCalendarDate(date)) continue;
    files.set(date, [...(files.get(date) ?? []), name]);
  }
  return files;
}

function choose(dates: readonly string[], today: string): string {
  return dates.find((date) => date >= today) ?? dates.at(-1) ?? today;
}

function digestNotFound(slug: string, date: string, dates: readonly string[]): AppError {
  const distance = (other: string): number => Math.abs(Date.parse(other) - Date.parse(date));
  const newest = dates.at(-1) ?? '';
  const [closest = newest] = dates.toSorted((a, b) => distance(a) - distance(b) || a.localeCompare(b));
  return new AppError('DIGEST_NOT_FOUND', `The publication "${slug}" has no digest for ${date}.`, {
    hint:
      closest === newest
        ? `The nearest, and the newest, is ${slug}/${newest}.`
        : `The nearest is ${slug}/${closest}; the newest ${slug}/${newest}.`,
  });
}
