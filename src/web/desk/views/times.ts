import { formatCount, formatRate } from '../../../domain/numbers.ts';
import type { SendProgress } from '../../../domain/sending/delivery.ts';

/** "6:00 AM" in a zone. */
export function clockOf(at: number, timeZone: string): string {
  return new Intl.DateTimeFormat('en', { hour: 'numeric', minute: '2-digit', timeZone }).format(at);
}

/** "Monday, November 23 · 6:14:08 AM CST" */
export function momentOf(at: number, timeZone: string): string {
  const day = new Intl.DateTimeFormat('en', {
    weekday: 'long',
    month: 'long',
    day: 'numeric',
    timeZone,
  }).format(at);
  const time = {
    hour: 'numeric',
    minute: '2-digit',
    second: '2-digit',
    timeZone,
    timeZoneName: 'short',
  } as const;
  return `${day} · ${new Intl.DateTimeFormat('en', time).format(at)}`;
}

/** "Tue 24", of a date without a zone. */
export function dayOf(date: string): string {
  const style = { weekday: 'short', day: 'numeric', timeZone: 'UTC' } as const;
  const parts = new Intl.DateTimeFormat('en', style).formatToParts(new Date(`${date}T12:00:00Z`));
  const part = (type: string) => parts.find((one) => one.type === type)?.value ?? '';
  return `${part('weekday')} ${part('day')}`;
}

/** "Mon, Nov 23", of a date without a zone. */
export function dateOf(date: string): string {
  const style = { weekday: 'short', month: 'short', day: 'numeric', timeZone: 'UTC' } as const;
  return new Intl.DateTimeFormat('en', style).format(new Date(`${date}T12:00:00Z`));
}

/** "November 23, 6:14 AM" */
export function dateTimeOf(at: number, timeZone: string): string {
  const style = { month: 'long', day: 'numeric', hour: 'numeric', minute: '2-digit', timeZone } as const;
  return new Intl.DateTimeFormat('en', style).format(at);
}

/** "in 16 min", "in 3 h"; empty for the past and beyond a day. */
export function untilOf(at: number, now: number): string {
  const minutes = Math.ceil((at - now) / 60_000);
  if (minutes <= 0 || minutes > 1_440) return '';
  return minutes < 120 ? `in ${minutes} min` : `in ${Math.round(minutes / 60)} h`;
}

/**
 * "1,412/s · done about 6:19 AM"; without an end where nothing moves. While only the first recipients get it: "first
 * recipients only, until 6:10 AM".
 */
export function paceOf(
  progress: SendProgress,
  {
    now,
    timeZone,
    canaryUntil,
    awaitsSeeds,
  }: {
    readonly now: number;
    readonly timeZone: string;
    readonly canaryUntil: number | null;
    readonly awaitsSeeds: boolean;
  },
): string {
  if (awaitsSeeds) return 'seed mailboxes only';
  if (canaryUntil !== null) return `first recipients only, until ${clockOf(canaryUntil, timeZone)}`;
  const { perSecond, waiting, inFlight, deferred, nextAttemptAt } = progress;
  const left = waiting + inFlight;
  if (left === 0 && deferred > 0) {
    const next = nextAttemptAt === null ? '' : `, next try ${clockOf(nextAttemptAt, timeZone)}`;
    return `${formatCount(deferred)} deferred${next}`;
  }
  const seconds = left / perSecond;
  const end =
    Number.isFinite(seconds) && seconds < 86_400
      ? ` · done about ${clockOf(now + seconds * 1_000, timeZone)}`
      : '';
  return `${formatRate(perSecond)}${end}`;
}

/** The time of day of what was less than twelve hours ago, else with the date. */
export function shortMomentOf(
  at: number,
  { now, timeZone }: { readonly now: number; readonly timeZone: string },
): string {
  return now - at < 12 * 3_600_000 ? clockOf(at, timeZone) : dateTimeOf(at, timeZone);
}
