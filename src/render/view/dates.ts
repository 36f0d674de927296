/** "Monday, November 23, 2026" in that language, for a calendar date `YYYY-MM-DD`. */
export function longDate(date: string, language: string): string {
  const parts = { weekday: 'long', year: 'numeric', month: 'long', day: 'numeric' } as const;
  // A calendar date has no zone: it is noon-free and read back in the zone it was made in.
  return dateFormat(language, { ...parts, timeZone: 'UTC' }).format(new Date(`${date}T00:00:00Z`));
}

/**
 * How long ago something happened, in that language: "25 minutes ago", "2 hours ago"; from a day on in calendar days
 * of the publication's zone: "yesterday", "2 days ago"; from a week on the day and month, with the year if `now` is in
 * another one. Empty for an instant that cannot be read.
 */
export function age(
  instant: string,
  { now, language, timeZone }: { readonly now: Date; readonly language: string; readonly timeZone: string },
): string {
  const then = new Date(instant);
  if (Number.isNaN(then.getTime())) return '';
  const minutes = Math.floor((now.getTime() - then.getTime()) / 60_000);
  const relative = relativeFormat(language);
  if (minutes < 1) return relative.format(0, 'second');
  if (minutes < 60) return relative.format(-minutes, 'minute');
  if (minutes < 24 * 60) return relative.format(-Math.floor(minutes / 60), 'hour');
  const days = dayNumber(now, timeZone) - dayNumber(then, timeZone);
  if (days < 7) return relative.format(-days, 'day');
  const isOtherYear = yearOf(then, timeZone) !== yearOf(now, timeZone);
  return dateFormat(language, {
    ...(isOtherYear ? { year: 'numeric' } : {}),
    month: 'short',
    day: 'numeric',
    timeZone,
  }).format(then);
}

/** Calendar days since 1970 in the zone. */
function dayNumber(date: Date, timeZone: string): number {
  const parts = dateFormat('en-CA', {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    timeZone,
  });
  return Date.parse(`${parts.format(date)}T00:00:00Z`) / 86_400_000;
}

function yearOf(date: Date, timeZone: string): string {
  return dateFormat('en', { year: 'numeric', timeZone }).format(date);
}

/**
 * "Nov 23, 5:10 AM CST" in that language and zone, with the year where `now` is in another one. Empty for
 * an instant that cannot be read.
 */
export function moment(
  instant: string,
  { now, language, timeZone }: { readonly now: Date; readonly language: string; readonly timeZone: string },
): string {
  const then = new Date(instant);
  if (Number.isNaN(then.getTime())) return '';
  return dateFormat(language, {
    ...(yearOf(then, timeZone) === yearOf(now, timeZone) ? {} : { year: 'numeric' }),
    month: 'short',
    day: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
    timeZoneName: 'short',
    timeZone,
  }).format(then);
}

/** Making one costs more than formatting a date. One for each style in the languages and zones of the publications. */
const formats = new Map<string, Intl.DateTimeFormat>();

function dateFormat(language: string, style: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${language} ${JSON.stringify(style)}`;
  const known = formats.get(key);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat(language, style);
  formats.set(key, made);
  return made;
}

const relativeFormats = new Map<string, Intl.RelativeTimeFormat>();

function relativeFormat(language: string): Intl.RelativeTimeFormat {
  const known = relativeFormats.get(language);
  if (known !== undefined) return known;
  const made = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
  relativeFormats.set(language, made);
  return made;
}

/** The tag itself where Intl can use it, else English. */
export function usableLanguage(tag: string): string {
  try {
    return Intl.DateTimeFormat.supportedLocalesOf(tag)[0] ?? 'en';
  } catch {
    return 'en';
  }
}
