import type { IsoDate } from './units.ts';

/** What `outcomes` counts. A new filter belongs here; the compiler then asks for it in the queries of `store/outcomes/`. */
export interface OutcomeRange {
  /** All publications unless set. */
  readonly publicationId?: number | undefined;
  /** Only this day's. */
  readonly day?: IsoDate | undefined;
}

export interface EditionRange extends OutcomeRange {
  /** How many of the newest editions; without meaning if `day` is set. */
  readonly editions: number;
}

export interface SignupRange extends OutcomeRange {
  /** How many of the newest days on which an attempt ended. */
  readonly days: number;
}
