import { addDays } from './calendar.ts';

/** Minutes a zone is ahead of UTC at a moment, epoch milliseconds. The caller provides the time zone data. */
export type OffsetAt = (epochMs: number) => number;

const minuteMs = 60_000;

/**
 * The moment at which clocks of a zone show a time on a date, epoch milliseconds, by the rule of RFC 5545
 * section 3.3.5: a time that a change of clocks leaves out is read by the clock as it was before the change
 * (02:30 is then 03:30), and of one that occurs twice the first is meant.
 *
 * @param date `YYYY-MM-DD`
 * @param time `HH:MM`
 */
export function instantOf(date: string, time: string, offsetAt: OffsetAt): number {
  const asUtc = Date.parse(`${date}T${time}Z`);
  // No zone is more than a day from UTC, and none changes its clocks twice in two days.
  const before = offsetAt(Date.parse(`${addDays(date, -1)}T${time}Z`));
  const after = offsetAt(Date.parse(`${addDays(date, 1)}T${time}Z`));
  const possible = [before, after]
    .map((offset) => ({ offset, at: asUtc - offset * minuteMs }))
    .filter(({ offset, at }) => offsetAt(at) === offset)
    .map(({ at }) => at);
  return possible.length === 0 ? asUtc - before * minuteMs : Math.min(...possible);
}

/** The date a zone's calendars show at a moment. */
export function dateAt(epochMs: number, offsetAt: OffsetAt): string {
  return new Date(epochMs + offsetAt(epochMs) * minuteMs).toISOString().slice(0, 10);
}

/** `HH:MM` as a zone's clocks show it at a moment. */
export function clockAt(epochMs: number, offsetAt: OffsetAt): string {
  return new Date(epochMs + offsetAt(epochMs) * minuteMs).toISOString().slice(11, 16);
}
