import type { Publication } from '../../domain/editions/publication.ts';
import type { Weekday } from '../../domain/time/calendar.ts';
import { phrasesFor } from '../../phrases/phrases-for.ts';
import { dateFormat } from './date-format.ts';

const week: readonly Weekday[] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

/** In an age in which zones have the summer time that they have. */
const someMonday = Date.UTC(2026, 0, 5);

/** "Monday to Friday at 6:00 AM, Central Time", in the publication's language. */
export function whenItComes(
  publication: Pick<Publication, 'days' | 'sendAt' | 'timeZone' | 'language'>,
): string {
  const { sendAt, timeZone } = publication;
  const phrases = phrasesFor(publication.language);
  // A tag of a language we do not speak would mix two.
  const locale = publication.language.toLowerCase().startsWith(phrases.language)
    ? publication.language
    : phrases.language;
  const time = dateFormat(locale, { timeStyle: 'short', timeZone: 'UTC' });
  const zone = dateFormat(locale, { timeZone, timeZoneName: 'longGeneric' });
  const zoneName =
    zone.formatToParts(someMonday).find((part) => part.type === 'timeZoneName')?.value ?? timeZone;
  return phrases.pages.when(
    daysOf(publication.days, { locale, language: phrases.language }),
    time.format(Date.parse(`1970-01-01T${sendAt}Z`)),
    zoneName,
  );
}

function daysOf(
  days: readonly Weekday[],
  { locale, language }: { readonly locale: string; readonly language: string },
): string {
  const phrases = phrasesFor(language);
  const chosen = week.filter((day) => days.includes(day));
  if (chosen.length === 7) return phrases.pages.everyDay;
  if (chosen.join(' ') === 'mon tue wed thu fri') return phrases.pages.weekdays;
  const format = dateFormat(locale, { weekday: 'long', timeZone: 'UTC' });
  const names = chosen.map((day) => format.format(someMonday + week.indexOf(day) * 86_400_000));
  return new Intl.ListFormat(locale, { type: 'conjunction' }).format(names);
}
