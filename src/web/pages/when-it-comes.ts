import { dateInZone, offsetsOf } from '../../app/schedule/zones.ts';
import type { Publication } from '../../domain/editions/publication.ts';
import { publicationDays } from '../../domain/schedule/schedule.ts';
import type { Weekday } from '../../domain/time/calendar.ts';
import type { EpochMs } from '../../domain/units.ts';
import { phrasesFor } from '../../phrases/phrases-for.ts';
import { dateFormat } from './date-format.ts';
import { usedLocale, zoneName } from './zone-name.ts';

const week: readonly Weekday[] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

const someMonday = Date.UTC(2026, 0, 5);

const dayMs = 86_400_000;

type Timed = Pick<Publication, 'days' | 'sendAt' | 'timeZone' | 'language'>;

/** "Monday to Friday at 6:00 AM, Central Time" for the middle of a sentence, in the publication's language. */
export function whenItComes(publication: Timed): string {
  const { pages } = phrasesFor(publication.language);
  const { days, time } = daysAndTime(publication);
  return pages.when(days, time, zoneName(publication.timeZone, publication.language));
}

/** The same without the zone. */
export function daysAndHour(publication: Timed): string {
  const { pages } = phrasesFor(publication.language);
  const { days, time } = daysAndTime(publication);
  return pages.dayAt(days, time);
}

function daysAndTime({ days, sendAt, language }: Timed) {
  const locale = usedLocale(language);
  const time = dateFormat(locale, { timeStyle: 'short', timeZone: 'UTC' });
  return { days: daysOf(days, locale), time: time.format(Date.parse(`1970-01-01T${sendAt}Z`)) };
}

function daysOf(days: readonly Weekday[], locale: string): string {
  const phrases = phrasesFor(locale);
  const chosen = week.filter((day) => days.includes(day));
  if (chosen.length === 7) return phrases.pages.everyDay;
  if (chosen.join(' ') === 'mon tue wed thu fri') return phrases.pages.weekdays;
  const format = dateFormat(locale, { weekday: 'long', timeZone: 'UTC' });
  const names = chosen.map((day) => format.format(someMonday + week.indexOf(day) * dayMs));
  return new Intl.ListFormat(locale, { type: 'conjunction' }).format(names);
}

/**
 * When the next edition is due for a subscriber; undefined if there is none within a year.
 *
 * @param options.timeZone the subscriber's, which counts where the publication has `local-time`
 */
export function nextEditionAt(
  publication: Publication,
  { now, timeZone }: { readonly now: EpochMs; readonly timeZone: string },
): EpochMs | undefined {
  const zone = publication.localTime ? timeZone : publication.timeZone;
  const offsetAt = offsetsOf(zone);
  const days = publicationDays(publication, dateInZone(now, zone), { days: 366, offsetAt });
  return days.find(({ day, sendAt }) => day === 'edition-day' && sendAt > now)?.sendAt;
}

/** "tomorrow at 6:00 AM", "on Monday at 6:00 AM": by the calendar of that zone. */
export function saidMoment(
  at: EpochMs,
  options: { readonly now: EpochMs; readonly timeZone: string; readonly language: string },
): string {
  const { now, timeZone, language } = options;
  const { pages } = phrasesFor(language);
  return pages.dayAt(dayName(at, { now, timeZone, language }), hourOf(at, options));
}

/** "6:00 AM" as clocks of that zone show it. */
export function hourOf(
  at: EpochMs,
  { timeZone, language }: { readonly timeZone: string; readonly language: string },
): string {
  return dateFormat(usedLocale(language), { timeStyle: 'short', timeZone }).format(at);
}

function dayName(
  at: EpochMs,
  {
    now,
    timeZone,
    language,
  }: { readonly now: EpochMs; readonly timeZone: string; readonly language: string },
): string {
  const locale = usedLocale(language);
  const days = (Date.parse(dateInZone(at, timeZone)) - Date.parse(dateInZone(now, timeZone))) / dayMs;
  if (days < 2) return new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }).format(days, 'day');
  const date = days < 7 ? {} : ({ month: 'long', day: 'numeric' } as const);
  const day = dateFormat(locale, { weekday: 'long', ...date, timeZone }).format(at);
  return phrasesFor(language).pages.onDay(day);
}
