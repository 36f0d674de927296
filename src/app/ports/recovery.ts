import type {
  AddedSince,
  BackupExtent,
  DatabaseMark,
  DatabaseSummary,
  JournalEntry,
  RestoreReport,
} from '../../domain/journal.ts';
import type { EpochMs } from '../../domain/units.ts';

/** The mark in the database. */
export interface Marks {
  /** Undefined before the first `advance`. */
  read(): Promise<DatabaseMark | undefined>;
  /** Makes it larger; returns it as it is then. */
  advance(now: EpochMs): Promise<DatabaseMark>;
}

/** What DAYBRIEF_HOME remembers of a database. Written to a file of its own, which no restore replaces. */
export interface KnownDatabases {
  /** The largest mark that was seen; 0 for an unknown database. */
  mark(databaseId: string): Promise<number>;
  /** Until when changes are in the journal; 0 for an unknown database. */
  journaledTo(databaseId: string): Promise<EpochMs>;
  remember(
    databaseId: string,
    seen: { readonly mark?: number; readonly journaledTo?: EpochMs },
  ): Promise<void>;
}

/** The append-only file of changes. */
export interface Journal {
  append(entries: readonly JournalEntry[]): Promise<void>;
  /** Oldest first; lines that cannot be read are left out. */
  read(): AsyncIterable<JournalEntry>;
}

export interface Recovery {
  summary(): Promise<DatabaseSummary>;
  /** What the database contains that a backup does not. */
  addedSince(extent: BackupExtent): Promise<AddedSince>;
  /** Changes since a moment, that moment included, by source and time. */
  changes(since: EpochMs): AsyncIterable<JournalEntry>;
  /**
   * In one transaction: puts unfinished editions on hold, applies journal entries that the database does not
   * know, and makes its mark larger than `remembered`.
   */
  prepareRestored(options: {
    readonly journal: AsyncIterable<JournalEntry>;
    readonly now: EpochMs;
    readonly actor: string;
    readonly remembered: (databaseId: string) => Promise<number>;
  }): Promise<RestoreReport & { readonly mark: DatabaseMark }>;
}
