import type { EpochMs, IsoDate } from '../units.ts';
import type { EditionPage } from './edition-page.ts';

/** An edition that went out, as a line of the archive. Times are UTC epoch milliseconds. */
export interface ArchiveEntry {
  readonly date: IsoDate;
  readonly subject: string;
  /** When it was published, or corrected last. */
  readonly changedAt: number;
  /** When it was corrected last; absent if it never was. */
  readonly correctedAt?: EpochMs;
}

/** An edition that went out, as it reads on the web. */
export interface ArchivedEdition extends ArchiveEntry {
  readonly publishedAt: number;
  readonly page: EditionPage;
  /** Oldest first. */
  readonly corrections: readonly Correction[];
}

/** A text that was corrected after the edition had been published. */
export interface Correction {
  /** When it was approved. */
  readonly at: EpochMs;
  /** What changed, in the curator's words; empty if the edition was corrected while it was being sent. */
  readonly note: string;
}

/** A page that was replaced by a notice. */
export interface Withdrawal {
  readonly at: EpochMs;
  /** Why, in the curator's words; may be empty. */
  readonly note: string;
}

/** Which editions are asked for: newest first, those before a date, or the one of a date. */
export interface ArchiveQuery {
  readonly publicationId: number;
  readonly before?: IsoDate;
  readonly date?: string;
  readonly limit: number;
}
