import type { ActedBy } from '../../domain/audit.ts';
import type { EpochMs, Slug } from '../../domain/units.ts';
import type { ImportRecords, UploadFile, UploadFiles } from '../ports/desk.ts';
import type { Clock } from '../ports/time.ts';
import type { ImportRequest, ImportResult } from '../subscribers/import-subscribers.ts';
import type { SubscriberService } from '../subscribers/subscriber-service.ts';

/** How the file is read: as the options of `daybrief subscribers import` say. */
export type ImportOptions = Pick<ImportRequest, 'mapping' | 'stateWords' | 'as' | 'ignore' | 'delimiter'>;

/** What an import came to, step by step. `percent` is how much of the file has been read. */
export type ImportState =
  | { readonly kind: 'waiting' | 'checking' | 'importing'; readonly rows: number; readonly percent: number }
  | { readonly kind: 'checked' | 'done'; readonly result: ImportResult }
  | { readonly kind: 'failed'; readonly error: unknown; readonly isBegun: boolean }
  /** The process that had the file ended before the import did. */
  | { readonly kind: 'interrupted'; readonly rows: number; readonly isBegun: boolean };

export interface ImportJob {
  readonly id: string;
  readonly publication: Slug;
  /** As the browser named it. */
  readonly fileName: string;
  readonly sizeBytes: number;
  readonly state: ImportState;
  /** True if rows were rejected, which `rejects` returns. */
  readonly hasRejects: boolean;
  /** False if another process has the file, or none: it can only be looked at. */
  readonly isHere: boolean;
}

export interface ImportJobPorts {
  readonly files: UploadFiles;
  readonly records: ImportRecords;
  readonly subscribers: (by: ActedBy) => Promise<Pick<SubscriberService, 'import' | 'formatRows'>>;
  /** Writes an entry of the audit log about a publication. */
  readonly record: (
    entry: { readonly action: string; readonly publication: Slug; readonly detail: string },
    by: ActedBy,
  ) => Promise<void>;
  readonly clock: Clock;
}

/** An import with what only its own code sees. */
export interface OpenImport extends ImportJob {
  state: ImportState;
  hasRejects: boolean;
  options: ImportOptions;
  touchedAt: EpochMs;
  /** When its record was written. */
  recordedAt: EpochMs;
  /** Ends once what was recorded so far is written; never rejects. */
  recording: Promise<void>;
  isBegun: boolean;
  readonly actor: string;
  readonly createdAt: EpochMs;
  rejectsFile: UploadFile | undefined;
  readonly file: UploadFile;
  readonly stop: AbortController;
}
