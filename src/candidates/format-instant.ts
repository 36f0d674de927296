import { DateTime } from 'luxon';

/** An instant as a digest writes it: to the minute, in the publication's zone, with its offset from UTC. */
export function formatInstant(utc: string, timeZone: string): string {
  const moment = DateTime.fromISO(utc, { zone: timeZone });
  return moment.toISO({ suppressMilliseconds: true, suppressSeconds: true, precision: 'minute' }) ?? utc;
}
