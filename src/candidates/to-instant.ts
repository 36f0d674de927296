import { DateTime } from 'luxon';

/**
 * A time that a page or feed gives, in UTC; one without an offset is read in the zone. Undefined for what is none, or
 * lies outside the years of the web.
 */
export function toInstant(text: string | undefined, timeZone: string): string | undefined {
  if (text === undefined || text.length > 60) return undefined;
  const typed = text.trim();
  const iso = DateTime.fromISO(typed, { zone: timeZone });
  const mail = iso.isValid ? iso : DateTime.fromRFC2822(typed, { zone: timeZone });
  const time = mail.isValid ? mail.toMillis() : Date.parse(typed);
  if (Number.isNaN(time) || time < Date.UTC(1990, 0) || time > Date.UTC(2100, 0)) return undefined;
  return new Date(time).toISOString().replace(/\.\d+Z$/u, 'Z');
}
