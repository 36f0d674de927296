import type { Publication } from '../../domain/editions/publication.ts';
import { phrasesFor } from '../../phrases/phrases-for.ts';
import { dateFormat } from './date-format.ts';

/** "Monday, November 23, 2026" in that language, for a calendar date `YYYY-MM-DD`. */
export function longDate(date: string, language: string): string {
  const format = dateFormat(language, { dateStyle: 'full', timeZone: 'UTC' });
  return format.format(new Date(`${date}T00:00:00Z`));
}

/** "Monday, November 23" in that language. */
export function dayOfYear(date: string, language: string): string {
  const format = dateFormat(language, { weekday: 'long', month: 'long', day: 'numeric', timeZone: 'UTC' });
  return format.format(new Date(`${date}T00:00:00Z`));
}

/** "November 2026" in that language. */
export function monthOf(date: string, language: string): string {
  const format = dateFormat(language, { month: 'long', year: 'numeric', timeZone: 'UTC' });
  return format.format(new Date(`${date}T00:00:00Z`));
}

/** "Mon 23" in that language, or as it orders the two; an Arabic weekday has no short form. */
export function dayOfMonth(date: string, language: string): string {
  const at = new Date(`${date}T00:00:00Z`);
  const weekday = dateFormat(language, { weekday: 'short', timeZone: 'UTC' }).format(at);
  const day = dateFormat(language, { day: 'numeric', timeZone: 'UTC' }).format(at);
  return `${weekday} ${day}`;
}

/** "November 19, 9:40 AM" in the language and zone of a publication, with the year where it is another one. */
export function momentOfYear(
  at: number,
  { year, language, timeZone }: Pick<Publication, 'language' | 'timeZone'> & { readonly year: string },
): string {
  const own = dateFormat('en', { year: 'numeric', timeZone }).format(at);
  const format = dateFormat(language, {
    ...(own === year ? {} : ({ year: 'numeric' } as const)),
    month: 'long',
    day: 'numeric',
    timeZone,
  });
  const time = dateFormat(language, { hour: 'numeric', minute: '2-digit', timeZone });
  return [format.format(at), time.format(at)].join(phrasesFor(language).pages.comma);
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
