import { isSlug } from '../domain/editions/slug.ts';
import type { Slug } from '../domain/units.ts';
import { AppError } from '../errors/app-error.ts';

/** Returns the text as the name of a publication. Throws AppError USAGE_INVALID. */
export function requireSlug(slug: string): Slug {
  if (isSlug(slug)) return slug;
  throw new AppError('USAGE_INVALID', `"${slug.slice(0, 60)}" does not name a publication or an edition.`, {
    hint: 'Name it as <publication> or <publication>/<date>: sample/2026-11-23.',
  });
}
