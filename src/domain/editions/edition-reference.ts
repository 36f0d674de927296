import { AppError } from '../../errors/app-error.ts';
import { isCalendarDate } from '../time/calendar.ts';
import type { IsoDate } from '../units.ts';
import { isSlug } from './slug.ts';

/** What a command names as `<publication>` or `<publication>/<date>`. */
export interface EditionReference {
  readonly slug: string;
  readonly date?: IsoDate;
}

/**
 * Reads a reference; a digest's file name is taken for its date, as a shell completes it.
 *
 * @throws AppError USAGE_INVALID
 */
export function parseReference(reference: string): EditionReference {
  const [slug = '', date, ...rest] = reference.trim().replace(/\/$/u, '').split('/');
  const hint = 'Name it as <publication> or <publication>/<date>: sample/2026-11-23.';
  if (!isSlug(slug) || rest.length > 0) {
    throw new AppError('USAGE_INVALID', `${quote(reference)} does not name a publication or an edition.`, {
      hint,
    });
  }
  if (date === undefined) return { slug };
  const bare = date.replace(/\.(?:md|ya?ml|json)$/u, '');
  if (isCalendarDate(bare)) return { slug, date: bare };
  const message = `${quote(date)} is not a date of the calendar as YYYY-MM-DD.`;
  throw new AppError('USAGE_INVALID', message, { hint });
}

/** The command line shows control characters harmlessly; here only the length is bounded. */
function quote(text: string): string {
  return `"${text.length > 60 ? `${text.slice(0, 59)}…` : text}"`;
}
