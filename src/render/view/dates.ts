/** "Monday, November 23, 2026" in that language, for a calendar date `YYYY-MM-DD`. */
export function longDate(date: string, language: string): string {
  const parts = { weekday: 'long', year: 'numeric', month: 'long', day: 'numeric' } as const;
  // A calendar date has no zone: it is noon-free and read back in the zone it was made in.
  return new Intl.DateTimeFormat(language, { ...parts, timeZone: 'UTC' }).format(
    new Date(`${date}T00:00:00Z`),
  );
}

/**
 * How long ago something happened, in that language: "25 minutes ago", "2 hours ago", "yesterday", and
 * after a week the day and month in the publication's zone. Empty for an instant that cannot be read.
 */
export function age(
  instant: string,
  { now, language, timeZone }: { readonly now: Date; readonly language: string; readonly timeZone: string },
): string {
  const then = new Date(instant);
  if (Number.isNaN(then.getTime())) return '';
  const minutes = Math.floor((now.getTime() - then.getTime()) / 60_000);
  const relative = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
  if (minutes < 1) return relative.format(0, 'second');
  if (minutes < 60) return relative.format(-minutes, 'minute');
  if (minutes < 24 * 60) return relative.format(-Math.floor(minutes / 60), 'hour');
  const days = Math.floor(minutes / (24 * 60));
  if (days < 7) return relative.format(-days, 'day');
  return new Intl.DateTimeFormat(language, { month: 'short', day: 'numeric', timeZone }).format(then);
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
  const year = (date: Date) => new Intl.DateTimeFormat('en', { year: 'numeric', timeZone }).format(date);
  return new Intl.DateTimeFormat(language, {
    ...(year(then) === year(now) ? {} : { year: 'numeric' }),
    month: 'short',
    day: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
    timeZoneName: 'short',
    timeZone,
  }).format(then);
}

/** The tag itself where Intl can use it, else English. */
export function usableLanguage(tag: string): string {
  try {
    return Intl.DateTimeFormat.supportedLocalesOf(tag)[0] ?? 'en';
  } catch {
    return 'en';
  }
}
