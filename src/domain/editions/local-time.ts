import { instantOf } from '../time/zoned-time.ts';
import type { OffsetAt } from '../time/zoned-time.ts';
import type { IsoDate } from '../units.ts';

/** Settings of an edition that is sent at the same local time in each subscriber's zone. */
export interface LocalTime {
  /** `HH:MM` */
  readonly time: string;
  /** Zone of subscribers without one. */
  readonly timeZone: string;
  /** Retries of one delivery end this long after its wave. */
  readonly expiryHours: number;
}

/** A local-time edition on its way. Moments are epoch milliseconds. */
export interface LocalSend extends LocalTime {
  readonly date: IsoDate;
  readonly publishedAt: number;
}

const hourMs = 3_600_000;

/** No zone is further behind UTC, and none further ahead of it than two hours more. */
const furthestBehindHours = 12;

/**
 * When one recipient is due: at that local time on the edition's date in their zone, immediately if
 * that had passed when the edition was published.
 */
export function waveAt(send: LocalSend, offsetAt: OffsetAt): number {
  return Math.max(send.publishedAt, instantOf(send.date, send.time, offsetAt));
}

/** After this, a recipient of the wave at that time is not retried. */
function waveExpiresAt(send: LocalSend, wave: number): number {
  return wave + send.expiryHours * hourMs;
}

/** When the last wave there may be has expired. */
export function lastExpiryOf(send: LocalSend): number {
  const lastWave = Date.parse(`${send.date}T${send.time}Z`) + furthestBehindHours * hourMs;
  return waveExpiresAt(send, Math.max(send.publishedAt, lastWave));
}
