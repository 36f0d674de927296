import type { IsoDate } from './units.ts';

/**
 * What `outcomes` counts. A new filter belongs here; the compiler then asks for it in the queries that count, and in the
 * parameters of the API.
 */
export interface OutcomeRange {
  /** All publications unless set. */
  readonly publicationId?: number | undefined;
  /** Only this day's. */
  readonly day?: IsoDate | undefined;
  /** Only this day's and later ones. */
  readonly from?: IsoDate | undefined;
  /** Only this day's and earlier ones. */
  readonly to?: IsoDate | undefined;
  /** Only what ended for this reason. */
  readonly reason?: string | undefined;
}

export interface EditionRange extends OutcomeRange {
  /** How many of the newest editions; without meaning if days are named. */
  readonly editions: number;
}

export interface SignupRange extends OutcomeRange {
  /** How many of the newest days on which an attempt ended; without meaning if days are named. */
  readonly days: number;
}

/** True if a range says which days it is about: then no number limits it. */
export function namesDays({ day, from, to }: OutcomeRange): boolean {
  return day !== undefined || from !== undefined || to !== undefined;
}
