import type { ActedBy } from '../../domain/audit.ts';
import type { RaisedAlarm } from '../../domain/desk/open-alarms.ts';
import type { DeliveryKind, ListedDelivery } from '../../domain/sending/delivery.ts';
import type { EpochMs, Slug } from '../../domain/units.ts';
import type { ErrorCode } from '../../errors/catalogue.ts';
import type { ImportResult } from '../subscribers/import-subscribers.ts';

export interface DeskAlarms {
  /** Alarms since a moment that are not marked as seen, newest first. */
  recent(query: { readonly since: EpochMs; readonly limit: number }): Promise<readonly RaisedAlarm[]>;
  /** Records it in the audit log in the same transaction. Returns false if it was seen before, or is none. */
  markSeen(alarmId: number, by: ActedBy & { readonly now: EpochMs }): Promise<boolean>;
}

/** What a user changed that is no row of the database: a digest file, an image, an import. */
export interface DeskRecord {
  /** `digest-saved`, `image-added`, `subscribers-imported`. */
  readonly action: string;
  readonly publicationId: number;
  /** `letter/2026-11-23`, or `letter`. */
  readonly subject: string;
  readonly detail?: string;
}

export interface RecipientQuery {
  readonly editionId: number;
  readonly kind: DeliveryKind;
  /** Empty for every reason. */
  readonly reason: string;
  /** A part of the address; empty for every address. */
  readonly text: string;
  /** Only subscribers with a higher id. */
  readonly afterId: number;
  readonly limit: number;
}

/** One page of recipients. A page reads a bounded part of the ledger, so it may be short and not the last one. */
export interface RecipientPage {
  readonly recipients: readonly ListedDelivery[];
  /** Where the next page begins; undefined at the end. */
  readonly nextAfterId: number | undefined;
}

export type ReadRecipients = (query: RecipientQuery) => Promise<RecipientPage>;

/** Private temporary files: only the process may read them, because they hold addresses. */
export interface UploadFiles {
  /** @throws AppError FILE_UNWRITABLE */
  create(): Promise<UploadFile>;
}

export interface UploadFile {
  /** Adds to its end. @throws AppError FILE_UNWRITABLE */
  write(bytes: Uint8Array): Promise<void>;
  read(): AsyncIterable<Uint8Array>;
  remove(): Promise<void>;
}

export interface SuppressedQuery {
  /** A part of the address; empty for every address. */
  readonly text: string;
  /** Only what comes after this position, newest first. */
  readonly before: SuppressedPosition | undefined;
  readonly limit: number;
}

export interface SuppressedPosition {
  readonly changedAt: EpochMs;
  readonly subscriberId: number;
}

/** What speaks for a suppression: a server's reply, a report that came back, or a user with a reason. */
export interface SuppressionEvidence {
  readonly kind: 'reply' | 'bounced' | 'complained' | 'user';
  readonly at: EpochMs;
  readonly text: string;
  /** Empty unless a user did it. */
  readonly actor: string;
}

export interface Suppressed {
  readonly address: string;
  /** Publications of which it was a subscriber. */
  readonly publications: readonly Slug[];
  /** In kebab-case; empty if only the subscription is suppressed. */
  readonly reason: string;
  readonly at: EpochMs;
  /** Newest first. */
  readonly evidence: readonly SuppressionEvidence[];
}

export interface SuppressedPage {
  readonly suppressed: readonly Suppressed[];
  /** Undefined at the end. */
  readonly next: SuppressedPosition | undefined;
}

/** What is stored of an import: how far it came, and no row of its file. */
export interface ImportRecord {
  readonly id: string;
  readonly publication: Slug;
  readonly fileName: string;
  readonly sizeBytes: number;
  /** The user who sent the file. */
  readonly actor: string;
  readonly state: 'waiting' | 'checking' | 'checked' | 'importing' | 'done' | 'failed';
  /** Rows may have been written. */
  readonly isBegun: boolean;
  /** Rows of the file that were read. */
  readonly rows: number;
  /** 0 to 100. */
  readonly percent: number;
  readonly result: ImportResult | undefined;
  readonly problem: StoredProblem | undefined;
  readonly createdAt: EpochMs;
  readonly changedAt: EpochMs;
  /** When the process that has the file was last alive; 0 once it has ended. */
  readonly aliveAt: EpochMs;
}

/** An AppError as it is stored. */
export interface StoredProblem {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint?: string;
  readonly details?: readonly string[];
}

export interface ImportRecords {
  /** Adds it, or writes it over the one with its id. */
  save(record: ImportRecord): Promise<void>;
  find(publication: Slug, id: string): Promise<ImportRecord | undefined>;
  /** Newest first. */
  recent(publication: Slug, limit: number): Promise<readonly ImportRecord[]>;
  /** Writes when the process that has these was alive. */
  beat(ids: readonly string[], aliveAt: EpochMs): Promise<void>;
  remove(id: string): Promise<void>;
  /** Deletes those that began before a moment. */
  deleteBefore(moment: EpochMs): Promise<void>;
}
