import type { EpochMs, IsoDate, Slug } from './units.ts';

/**
 * What must not be forgotten when an older copy of the database takes its place. Addresses are keyed hashes, as in
 * `suppressions`, with the id of the key.
 */
export type JournalEntry = { readonly at: EpochMs } & (
  | {
      /** `active`: came back after that. */
      readonly event: 'unsubscribed' | 'active';
      readonly publication: Slug;
      readonly address: string;
      readonly key: string;
    }
  | {
      readonly event: 'suppressed' | 'unsuppressed';
      /** `erased` if nothing else is kept of the subscriber. */
      readonly reason: string;
      readonly address: string;
      readonly key: string;
    }
  | ({ readonly event: 'published' } & DatedEdition)
  /** The page of an edition was corrected, which also ends a withdrawal. */
  | ({ readonly event: 'corrected' } & DatedEdition)
  | ({
      /** The page of an edition was replaced by a notice. */
      readonly event: 'withdrawn';
      readonly note: string;
    } & DatedEdition)
);

interface DatedEdition {
  readonly publication: Slug;
  readonly date: IsoDate;
}

/** How far a database has come: an older copy of it has a smaller mark. */
export interface DatabaseMark {
  readonly databaseId: string;
  readonly mark: number;
}

/** What a database contains, to compare it with another. */
export interface DatabaseSummary {
  readonly activeSubscriptions: number;
  readonly publishedEditions: number;
  /** The edition that was published last. */
  readonly newest?: DatedEdition;
}

/** How far a backup reaches: its newest moments, 0 if there is none. */
export interface BackupExtent {
  readonly publishedAt: EpochMs;
  readonly subscribedAt: EpochMs;
}

/** What a database contains that a backup does not. */
export interface AddedSince {
  /** Editions published since; the newest 20, the latest first. */
  readonly editions: readonly DatedEdition[];
  readonly editionCount: number;
  readonly subscriptionCount: number;
  /** When the first and the last of these subscriptions came. */
  readonly subscribed?: { readonly from: EpochMs; readonly to: EpochMs };
}

/** What was done to a restored database before anything is sent from it. */
export interface RestoreReport {
  /** Unfinished editions, on hold now. */
  readonly onHold: readonly (DatedEdition & { readonly state: string })[];
  /** Editions published after the backup was made, on hold now. */
  readonly publishedSince: readonly DatedEdition[];
  /** Editions whose page was withdrawn after the backup was made, and is so again. */
  readonly withdrawnSince: readonly DatedEdition[];
  /** Editions whose page was corrected after the backup was made: it shows what the backup has. */
  readonly correctedSince: readonly DatedEdition[];
  /** Open signups and transactional mails, ended: they may have been sent since. */
  readonly mailsEnded: number;
  readonly unsubscribed: number;
  readonly suppressed: number;
  readonly erased: number;
  /** Suppressions that operators had reverted since the backup. */
  readonly unsuppressed: number;
}
