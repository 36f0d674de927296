import { DateTime, IANAZone } from 'luxon';

import type { Publication } from '../../domain/editions/publication.ts';
import { dateAt, instantOf } from '../../domain/time/zoned-time.ts';
import type { OffsetAt } from '../../domain/time/zoned-time.ts';

/** What clocks of an IANA zone show at any moment. */
export function offsetsOf(timeZone: string): OffsetAt {
  const zone = IANAZone.create(timeZone);
  return (epochMs) => zone.offset(epochMs);
}

/** The moment an edition is due, from its date and the publication's time and zone. */
export function sendTime(date: string, publication: Pick<Publication, 'sendAt' | 'timeZone'>): Date {
  return new Date(instantOf(date, publication.sendAt, offsetsOf(publication.timeZone)));
}

/** `YYYY-MM-DD` in that zone. */
export function dateInZone(now: number, timeZone: string): string {
  return dateAt(now, offsetsOf(timeZone));
}

/** An instant as that zone writes it, to the minute: `2026-11-23T05:10-06:00`. */
export function instantInZone(epochMs: number, timeZone: string): string {
  const moment = DateTime.fromMillis(epochMs, { zone: timeZone });
  return moment.toFormat("yyyy-MM-dd'T'HH:mmZZ");
}

export function isZone(name: string): boolean {
  return IANAZone.isValidZone(name);
}
