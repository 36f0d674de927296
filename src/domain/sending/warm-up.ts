import { addDays } from '../time/calendar.ts';
import type { EpochMs, IsoDate } from '../units.ts';

/** How many recipients a new relay or domain may mail on each of its first days. */
export interface WarmUp {
  /** The first day. */
  readonly start: IsoDate;
  /** Recipients on the first day, the second, and so on; after the last one there is no cap. */
  readonly caps: readonly number[];
  /**
   * What happens to recipients beyond the cap of the day on which an edition is published.
   *
   * - `hold`: they get it on one of the next days
   * - `skip`: they do not get it
   */
  readonly overflow: 'hold' | 'skip';
}

/** Twice as many each day: more than a million on the twelfth. */
export const defaultCaps: readonly number[] = Array.from({ length: 12 }, (_, day) => 500 * 2 ** day);

/** A day on which an edition may go out. */
export interface OpenDay {
  readonly date: IsoDate;
  /** When recipients of this day are due, in the publication's zone. */
  readonly at: EpochMs;
  /** Null without a limit. */
  readonly cap: number | null;
}

/** The rank of a subscriber of a publication: the most recently confirmed come first. */
export interface WarmUpRank {
  /** When the subscription became active. */
  readonly confirmedAt: EpochMs;
  readonly subscriberId: number;
}

/** The recipients of one day, by rank down to `last`. */
export interface PlannedDay {
  readonly date: IsoDate;
  readonly at: EpochMs;
  readonly recipients: number;
  readonly last: WarmUpRank;
}

/** On which days an edition goes out to whom; fixed when it is published. */
export interface WarmUpPlan {
  readonly overflow: WarmUp['overflow'];
  readonly publishedAt: EpochMs;
  /** Retries of a delivery end so long after its day has begun. */
  readonly expiryMs: number;
  readonly days: readonly PlannedDay[];
  /** Recipients who do not get the edition. */
  readonly skipped: number;
}

const dayMs = 86_400_000;

/** The cap of a date; undefined before the warm-up and after it. */
export function capOn({ start, caps }: WarmUp, date: IsoDate): number | undefined {
  return caps[daysBetween(start, date)];
}

export function daysBetween(from: IsoDate, to: IsoDate): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / dayMs);
}

/**
 * Days on which an edition that is published today may go out: today, and with `hold` the next ones up to the first
 * without a cap. Undefined if today has no cap.
 *
 * @param sendAt the send time of a later date
 */
export function openDays(
  warmUp: WarmUp,
  today: { readonly date: IsoDate; readonly now: EpochMs },
  sendAt: (date: IsoDate) => EpochMs,
): readonly OpenDay[] | undefined {
  const { date, now } = today;
  const cap = capOn(warmUp, date);
  if (cap === undefined) return undefined;
  const days: OpenDay[] = [{ date, at: now, cap }];
  while (warmUp.overflow === 'hold' && days.at(-1)?.cap !== null) {
    const next = addDays(date, days.length);
    days.push({ date: next, at: sendAt(next), cap: capOn(warmUp, next) ?? null });
  }
  return days;
}

/**
 * Fills the days in their order with so many recipients.
 *
 * @param taken recipients of other editions, by date
 */
export function fillDays(
  days: readonly OpenDay[],
  recipients: number,
  taken: ReadonlyMap<IsoDate, number>,
): readonly Omit<PlannedDay, 'last'>[] {
  const filled: Omit<PlannedDay, 'last'>[] = [];
  let left = recipients;
  for (const { date, at, cap } of days) {
    const room = cap === null ? left : Math.max(cap - (taken.get(date) ?? 0), 0);
    const count = Math.min(room, left);
    if (count > 0) filled.push({ date, at, recipients: count });
    left -= count;
  }
  return filled;
}

/**
 * The day of a subscriber, as an index of `plan.days`; undefined if the edition skips them. A subscription that became
 * active again after the edition was published comes last, so that no day has more than its cap.
 */
export function dayOf(plan: WarmUpPlan, rank: WarmUpRank): number | undefined {
  const day =
    rank.confirmedAt > plan.publishedAt ? -1 : plan.days.findIndex(({ last }) => !isAfter(rank, last));
  if (day !== -1) return day;
  return plan.overflow === 'skip' ? undefined : plan.days.length - 1;
}

function isAfter(one: WarmUpRank, other: WarmUpRank): boolean {
  if (one.confirmedAt !== other.confirmedAt) return one.confirmedAt < other.confirmedAt;
  return one.subscriberId < other.subscriberId;
}
