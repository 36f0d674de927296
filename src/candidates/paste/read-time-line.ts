import { DateTime } from 'luxon';

import type { PasteTime } from './paste-time.ts';

/** What the line above a story says of it: "Updated 2 hours ago - Politics". */
export interface TimeLine {
  readonly section?: string;
  /** UTC, ISO 8601. */
  readonly published?: string;
  readonly updated?: string;
}

const number = String.raw`(?:\d{1,3}|an?|one|two|three|four|five|six|seven|eight|nine|ten|ein(?:er|em)?|une?|un[ao]?|zwei|drei)`;
const unit = String.raw`(?:seconds?|secs?|s|minutes?|mins?|min\.|m|hours?|hrs?|hr\.|h|days?|d|weeks?|w|Sekunden?|Minuten?|Stunden?|Tage?n?|Wochen?|secondes?|heures?|jours?|semaines?|segundos?|minutos?|horas?|días?|semanas?|secondi|minuti|minuto|or[ae]|giorn[oi]|settiman[ae])`;
const ago = String.raw`(?:${number}\s?${unit} ago|(?:vor|il y a|hace) ${number} ${unit}|${number} ${unit} fa|just now|moments ago)`;
const month = String.raw`(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)[a-z]{0,6}\.?`;
const date = String.raw`(?:${month} \d{1,2}(?:, \d{4})?|\d{1,2} ${month}(?: \d{4})?|\d{4}-\d{2}-\d{2})`;
const clock = String.raw`(?:,? (?:at )?\d{1,2}(?::\d{2})? ?(?:am|pm|AM|PM|a\.m\.|p\.m\.)?(?: [A-Z]{2,4})?)?`;
const prefix = String.raw`(?:(?<prefix>updated|last updated|published|posted|aktualisiert|mis à jour|actualizado|aggiornato):? )?`;
const dash = String.raw`(?:\s[-–—·•|/]\s|\s?[–—]\s?)`;
const section = String.raw`(?<section>[\p{Lu}\p{N}][^.!?:;]{1,59})`;

const agoLine = new RegExp(`^${prefix}(?<ago>${ago})(?:${dash}${section})?$`, 'iu');
const agoBehind = new RegExp(`^${section}${dash}${prefix}(?<ago>${ago})$`, 'iu');
const dateLine = new RegExp(`^${prefix}(?<date>${date})${clock}(?<rest>${dash}${section})?$`, 'iu');

const maxLength = 120;

/** Reads "2 hours ago - World", "Updated 2 hours ago - Politics", "Nov 23, 2026 - Energy". Undefined for other lines. */
export function readTimeLine(text: string, time: PasteTime): TimeLine | undefined {
  if (text.length > maxLength) return undefined;
  const match = (agoLine.exec(text) ?? agoBehind.exec(text) ?? dateLine.exec(text))?.groups;
  if (match === undefined) return undefined;
  // A date alone may be a headline's beginning: it needs a word that says what it is, or a section.
  if (match['date'] !== undefined && match['prefix'] === undefined && match['rest'] === undefined)
    return undefined;
  const at = match['ago'] === undefined ? readDate(match['date'] ?? '', time) : readAgo(match['ago'], time);
  const isUpdate = /^(?:up|last|akt|mis|act|agg)/iu.test(match['prefix'] ?? '');
  return {
    ...(match['section'] === undefined ? {} : { section: match['section'].trim() }),
    ...(at === undefined ? {} : { [isUpdate ? 'updated' : 'published']: at }),
  };
}

const words = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];

function readAgo(text: string, { now, timeZone }: PasteTime): string | undefined {
  const lower = text.toLowerCase();
  const typed = /\d+/u.exec(lower)?.[0];
  const spelled = words.findIndex((word) => lower.includes(`${word} `)) + 1;
  const few = / drei /u.test(` ${lower} `) ? 3 : / zwei /u.test(` ${lower} `) ? 2 : 1;
  const amount = typed === undefined ? spelled || few : Number(typed);
  const sent = DateTime.fromMillis(now, { zone: timeZone });
  if (/just now|moments|seconds?|\dsecs?|\ds\b|sekunde|segundo|secondi/u.test(lower)) return toUtc(sent);
  const [, letter = ''] =
    /(?:\d+|[a-z]+)\s?(w|sem|sett|d(?!rei)|t|j|g|h|st|or|min|m)\p{L}*\.?(?: ago| fa)?$/u.exec(lower) ?? [];
  const units: Readonly<Record<string, 'weeks' | 'days' | 'hours' | 'minutes'>> = {
    w: 'weeks',
    sem: 'weeks',
    sett: 'weeks',
    d: 'days',
    t: 'days',
    j: 'days',
    g: 'days',
    h: 'hours',
    st: 'hours',
    or: 'hours',
    min: 'minutes',
    m: 'minutes',
  };
  const unitName = units[letter];
  return unitName === undefined ? undefined : toUtc(sent.minus({ [unitName]: amount }));
}

function readDate(text: string, { now, timeZone }: PasteTime): string | undefined {
  const tidy = text.replaceAll(/[.,]/gu, '').replace(/\bSept\b/iu, 'Sep');
  const formats = [
    'MMM d yyyy',
    'MMMM d yyyy',
    'd MMM yyyy',
    'd MMMM yyyy',
    'yyyy-MM-dd',
    'MMM d',
    'MMMM d',
    'd MMM',
    'd MMMM',
  ];
  for (const format of formats) {
    const read = DateTime.fromFormat(tidy, format, { zone: timeZone, locale: 'en' });
    if (!read.isValid) continue;
    // A date without a year is the last one there was. Without a time, noon.
    const day = DateTime.fromMillis(now, { zone: timeZone }).set({ month: read.month, day: read.day });
    const dated = format.includes('yyyy') ? read : day.toMillis() > now ? day.minus({ years: 1 }) : day;
    const noon = dated.set({ hour: 12, minute: 0, second: 0, millisecond: 0 });
    return toUtc(noon.toMillis() > now ? DateTime.fromMillis(now) : noon);
  }
  return undefined;
}

function toUtc(moment: DateTime): string | undefined {
  return moment.set({ millisecond: 0 }).toUTC().toISO({ suppressMilliseconds: true }) ?? undefined;
}
