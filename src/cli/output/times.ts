import { DateTime } from 'luxon';

/** Formats a duration in its two largest units: `0.4 s`, `12 s`, `4 min 05 s`, `1 h 02 min`, `3 d 04 h`. */
export function formatDuration(durationMs: number): string {
  const ms = Math.max(0, durationMs);
  if (ms < 9950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return twoUnits(seconds, { large: 60, largeName: 'min', small: 1, smallName: 's' });
  const minutes = Math.round(seconds / 60);
  if (minutes < 1440) return twoUnits(minutes, { large: 60, largeName: 'h', small: 1, smallName: 'min' });
  return twoUnits(minutes, { large: 1440, largeName: 'd', small: 60, smallName: 'h' });
}

interface Units {
  readonly large: number;
  readonly largeName: string;
  readonly small: number;
  readonly smallName: string;
}

function twoUnits(amount: number, units: Units): string {
  const whole = Math.floor(amount / units.large);
  const rest = Math.floor((amount % units.large) / units.small);
  return `${whole} ${units.largeName} ${String(rest).padStart(2, '0')} ${units.smallName}`;
}

/** Formats a moment in a time zone: `2026-11-23 06:00:12 America/New_York`. */
export function formatTime(epochMs: number, timeZone: string): string {
  return `${DateTime.fromMillis(epochMs, { zone: timeZone }).toFormat('yyyy-MM-dd HH:mm:ss')} ${timeZone}`;
}

/** Beyond this an estimate is useless. */
const longestWaitMs = 6 * 24 * 3_600_000;

/**
 * Estimates when the rest will be done at this rate, as a time of day in the zone: `06:04`, with the weekday
 * if it is not today. Returns undefined if the rate is zero, and beyond six days.
 */
export function formatEta(
  left: { readonly pending: number; readonly perSecond: number },
  clock: { readonly now: Date; readonly timeZone: string },
): string | undefined {
  if (left.perSecond <= 0 || left.pending <= 0) return undefined;
  const waitMs = (left.pending / left.perSecond) * 1000;
  if (waitMs > longestWaitMs) return undefined;
  const now = DateTime.fromJSDate(clock.now, { zone: clock.timeZone });
  const end = DateTime.fromMillis(now.toMillis() + waitMs, { zone: clock.timeZone });
  return end.setLocale('en').toFormat(end.hasSame(now, 'day') ? 'HH:mm' : 'ccc HH:mm');
}

/** Formats a moment as the time of day in a zone: `06:00`. */
export function formatClock(epochMs: number, timeZone: string): string {
  return DateTime.fromMillis(epochMs, { zone: timeZone }).toFormat('HH:mm');
}

/** Formats a date's weekday: `Wed`. */
export function formatWeekday(date: string): string {
  return DateTime.fromISO(date, { zone: 'UTC' }).setLocale('en').toFormat('ccc');
}

/** Formats a date as it is said: `3 November`, with the year if it is another one. */
export function formatDay(date: string, now: Date = new Date()): string {
  const day = DateTime.fromISO(date, { zone: 'UTC' }).setLocale('en');
  return day.toFormat(day.year === now.getUTCFullYear() ? 'd MMMM' : 'd MMMM yyyy');
}

/** Formats an ISO instant to the minute in a zone: `2026-11-23 06:00`. */
export function formatMinute(utc: string, timeZone: string): string {
  const moment = DateTime.fromISO(utc, { zone: timeZone });
  return moment.isValid ? moment.toFormat('yyyy-MM-dd HH:mm') : '';
}
