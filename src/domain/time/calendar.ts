/** True for a date that the Gregorian calendar has, written `YYYY-MM-DD`. */
export function isCalendarDate(text: string): boolean {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text)?.map(Number) ?? [];
  if (year === undefined || month === undefined || day === undefined) return false;
  return month >= 1 && month <= 12 && day >= 1 && day <= daysInMonth(year, month);
}

const instant =
  /^(\d{4}-\d{2}-\d{2})[Tt](\d{2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?(?:[Zz]|[+-](\d{2}):(\d{2}))$/;

/**
 * Reads an instant in ISO 8601 with its offset from UTC ("2026-11-23T05:10-05:00", seconds optional) and
 * returns it in UTC as `YYYY-MM-DDTHH:MM:SSZ`; undefined for anything else, a time without an offset too.
 */
export function parseInstant(text: string): string | undefined {
  const match = instant.exec(text);
  if (match === null || !isCalendarDate(match[1] ?? '')) return undefined;
  const [hour = 0, minute = 0, second = 0, offsetHour = 0, offsetMinute = 0] = match
    .slice(2)
    .map((part) => Number(part ?? 0));
  if (hour > 23 || minute > 59 || second > 59 || offsetHour > 14 || offsetMinute > 59) return undefined;
  const time = Date.parse(text.toUpperCase());
  // Offsets can carry the first and last days of the calendar over its edges.
  const utc = Number.isNaN(time) ? '' : new Date(time).toISOString();
  return /^\d{4}-/.test(utc) ? utc.replace(/\.\d+Z$/, 'Z') : undefined;
}

/** The date so many days later; earlier where `days` is negative. */
export function addDays(date: string, days: number): string {
  return new Date(Date.parse(date) + days * 86_400_000).toISOString().slice(0, 10);
}

const weekdays: readonly Weekday[] = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

export function weekdayOf(date: string): Weekday {
  return weekdays[new Date(date).getUTCDay()] ?? 'sun';
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

export type Weekday = 'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun';
