import type { IsoDate } from '../units.ts';
import type { EditionPage } from './edition-page.ts';

/** An edition that went out, as a line of the archive. Times are UTC epoch milliseconds. */
export interface ArchiveEntry {
  readonly date: IsoDate;
  readonly subject: string;
  /** When it was published, or corrected last. */
  readonly changedAt: number;
}

/** An edition that went out, as it reads on the web. */
export interface ArchivedEdition extends ArchiveEntry {
  readonly publishedAt: number;
  readonly page: EditionPage;
  /** When each corrected text was approved, oldest first. */
  readonly corrections: readonly number[];
}

/** Which editions are asked for: newest first, those before a date, or the one of a date. */
export interface ArchiveQuery {
  readonly publicationId: number;
  readonly before?: IsoDate;
  readonly date?: string;
  readonly limit: number;
}
