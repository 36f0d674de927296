import type { Publication } from '../../domain/editions/publication.ts';
import { dateFormat } from './date-format.ts';

/** "Monday, November 23, 2026" in that language, for a calendar date `YYYY-MM-DD`. */
export function longDate(date: string, language: string): string {
  const format = dateFormat(language, { dateStyle: 'full', timeZone: 'UTC' });
  return format.format(new Date(`${date}T00:00:00Z`));
}

/** "Nov 23, 2026, 8:05 AM CST" in the language and zone of a publication. */
export function longMoment(
  at: number,
  { language, timeZone }: Pick<Publication, 'language' | 'timeZone'>,
): string {
  const format = dateFormat(language, {
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
    timeZoneName: 'short',
    timeZone,
  });
  return format.format(at);
}
