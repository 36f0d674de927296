import { DateTime } from 'luxon';

import type { Digest, Section } from '../domain/editions/digest.ts';
import type { IsoDate } from '../domain/units.ts';

/** What a typed time such as "yesterday 17:00" is counted from. */
export interface EditionTime {
  /** IANA zone of the publication. */
  readonly timeZone: string;
  /** `HH:MM` in that zone; "2h" is two hours before it. */
  readonly sendAt: string;
}

const clock = /^(\d{1,2})(?::(\d{2}))?\s*(am|pm)?$/;
const ago = /^(\d{1,3})\s*(m|mins?|minutes?|h|hrs?|hours?|d|days?)(?:\s+ago)?$/;
const dayNames = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const named =
  /^(today|yesterday|mon|tue|wed|thu|fri|sat|sun)(?:day|s|sday|nesday|rs|rsday|urday)?\.?(?:,?\s+(?:at\s+)?(.+))?$/;
const dated = /^(\d{4}-\d{2}-\d{2})[t ]\s*(.+)$/;

/**
 * True for times as people type them: "05:10", "7am", "yesterday 17:00", "Mon 7am", "2h", "45 minutes ago",
 * "2026-11-23 05:10".
 */
export function isTypedTime(text: string): boolean {
  const example = { date: '2026-11-23', timeZone: 'Etc/UTC', sendAt: '06:00' };
  return resolveTypedTime(text, example) !== undefined;
}

/**
 * Resolves a typed time against the date of the digest, in the publication's zone. A weekday is the last one before the
 * edition is sent.
 *
 * @returns UTC ISO 8601 without fractions; undefined for anything else
 */
export function resolveTypedTime(
  text: string,
  { date, timeZone, sendAt }: EditionTime & { readonly date: IsoDate },
): string | undefined {
  const typed = text.trim().toLowerCase().replaceAll(/\s+/g, ' ');
  const day = DateTime.fromISO(date, { zone: timeZone });
  const sent = DateTime.fromISO(`${date}T${sendAt}`, { zone: timeZone });
  const [, amount = '', unit = ''] = ago.exec(typed) ?? [];
  if (amount !== '') {
    const units = { m: 'minutes', h: 'hours', d: 'days' } as const;
    return format(sent.minus({ [units[unit.charAt(0) as keyof typeof units]]: Number(amount) }));
  }
  const [, name = '', time = ''] = named.exec(typed) ?? [];
  if (name !== '') return format(at(dayOf(name, day, sent), time === '' ? sendAt : time));
  const [, isoDate = '', isoTime = ''] = dated.exec(typed) ?? [];
  if (isoDate !== '') return format(at(DateTime.fromISO(isoDate, { zone: timeZone }), isoTime));
  return format(at(day, typed));
}

/** The same digest with its typed times resolved. */
export function resolveTimes(digest: Digest, edition: EditionTime): Digest {
  const resolve = (text: string) =>
    /^\d{4}-.*z$/i.test(text) ? text : (resolveTypedTime(text, { ...edition, date: digest.date }) ?? text);
  const sections = digest.sections.map((section): Section => {
    if (!('published' in section) && !('updated' in section)) return section;
    const { published, updated } = section;
    return Object.assign(
      {},
      section,
      published === undefined ? {} : { published: resolve(published) },
      updated === undefined ? {} : { updated: resolve(updated) },
    );
  });
  return { ...digest, sections };
}

function dayOf(name: string, day: DateTime, sent: DateTime): DateTime {
  if (name === 'today') return day;
  if (name === 'yesterday') return day.minus({ days: 1 });
  const back = (sent.weekday - 1 - dayNames.indexOf(name) + 7) % 7;
  return day.minus({ days: back });
}

function at(day: DateTime, time: string): DateTime | undefined {
  const [, hourText = '', minuteText = '', half = ''] = clock.exec(time) ?? [];
  // A bare number is no time.
  if (hourText === '' || (minuteText === '' && half === '')) return undefined;
  const typed = Number(hourText);
  if (half !== '' && (typed < 1 || typed > 12)) return undefined;
  const hour = half === '' ? typed : (typed % 12) + (half === 'pm' ? 12 : 0);
  const minute = Number(minuteText);
  if (hour > 23 || minute > 59) return undefined;
  return day.set({ hour, minute });
}

function format(moment: DateTime | undefined): string | undefined {
  return moment?.isValid === true
    ? (moment.toUTC().toISO({ suppressMilliseconds: true }) ?? undefined)
    : undefined;
}
