import { instantOf } from '../time/zoned-time.ts';
import type { OffsetAt } from '../time/zoned-time.ts';

/** How an edition goes out that reaches each reader at the same time of day in a zone of their own. */
export interface LocalTime {
  /** `HH:MM` */
  readonly time: string;
  /** Of readers who have named none. */
  readonly timeZone: string;
  /** Retries of one delivery end this long after its wave. */
  readonly expiryHours: number;
}

/** A local-time edition on its way. Moments are epoch milliseconds. */
export interface LocalSend extends LocalTime {
  /** `YYYY-MM-DD` */
  readonly date: string;
  readonly publishedAt: number;
}

const hourMs = 3_600_000;

/** No zone is further behind UTC, and none further ahead of it than two hours more. */
const furthestBehindHours = 12;

/**
 * When one reader is served: at that time of the edition's own date by clocks where they are, at once where
 * that had passed when the edition was published.
 */
export function waveAt(send: LocalSend, offsetAt: OffsetAt): number {
  return Math.max(send.publishedAt, instantOf(send.date, send.time, offsetAt));
}

/** After this, a reader of the wave at that moment is not tried again. */
export function waveExpiresAt(send: LocalSend, wave: number): number {
  return wave + send.expiryHours * hourMs;
}

/** When the last wave there may be has expired. */
export function lastExpiryOf(send: LocalSend): number {
  const lastWave = Date.parse(`${send.date}T${send.time}Z`) + furthestBehindHours * hourMs;
  return waveExpiresAt(send, Math.max(send.publishedAt, lastWave));
}
