import type { ActedBy } from '../../domain/audit.ts';
import { formatCount } from '../../domain/numbers.ts';
import type { EpochMs, Slug } from '../../domain/units.ts';
import type { UploadFile, UploadFiles } from '../ports/desk.ts';
import type { FormatRows } from '../ports/subscribers.ts';
import type { Clock } from '../ports/time.ts';
import { formatRejectHead, formatRejects } from '../subscribers/format-rejects.ts';
import type { ImportRequest, ImportResult } from '../subscribers/import-subscribers.ts';
import type { SubscriberService } from '../subscribers/subscriber-service.ts';

/** How the file is read: as the options of `daybrief subscribers import` say. */
export type ImportOptions = Pick<ImportRequest, 'mapping' | 'stateWords' | 'as' | 'ignore' | 'delimiter'>;

/** What an import came to, step by step. `percent` is how much of the file has been read. */
export type ImportState =
  | { readonly kind: 'waiting' | 'checking' | 'importing'; readonly rows: number; readonly percent: number }
  | { readonly kind: 'checked' | 'done'; readonly result: ImportResult }
  | { readonly kind: 'failed'; readonly error: unknown; readonly isBegun: boolean };

export interface ImportJob {
  readonly id: string;
  readonly publication: Slug;
  /** As the browser named it. */
  readonly fileName: string;
  readonly sizeBytes: number;
  readonly state: ImportState;
  /** True if rows were rejected, which `rejects` returns. */
  readonly hasRejects: boolean;
}

export interface ImportJobPorts {
  readonly files: UploadFiles;
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
  rejectsFile: UploadFile | undefined;
  readonly file: UploadFile;
  readonly stop: AbortController;
}

/** Reads the file once more. Never throws: what goes wrong is the state of the job. */
export async function readOnce(
  job: OpenImport,
  step: 'checking' | 'importing',
  { by, ports }: { readonly by: ActedBy; readonly ports: ImportJobPorts },
): Promise<void> {
  const isBegun = step === 'importing';
  const { publication, fileName } = job;
  job.state = { kind: step, rows: 0, percent: 0 };
  try {
    await job.rejectsFile?.remove();
    Object.assign(job, { rejectsFile: undefined, hasRejects: false });
    if (isBegun) await ports.record({ action: 'import-started', publication, detail: fileName }, by);
    const result = await importFile(job, step, { by, ports });
    if (isBegun) await ports.record({ action: 'import-ended', publication, detail: countsOf(result) }, by);
    job.state = { kind: isBegun ? 'done' : 'checked', result };
    // Only its rejects are still needed.
    if (isBegun) await job.file.remove();
  } catch (error) {
    job.state = { kind: 'failed', error, isBegun };
  }
  job.touchedAt = ports.clock();
}

async function importFile(
  job: OpenImport,
  step: 'checking' | 'importing',
  { by, ports }: { readonly by: ActedBy; readonly ports: ImportJobPorts },
): Promise<ImportResult> {
  const { import: importSubscribers, formatRows } = await ports.subscribers(by);
  let readBytes = 0;
  const source = async function* (): AsyncGenerator<Uint8Array> {
    for await (const chunk of job.file.read()) {
      readBytes += chunk.byteLength;
      yield chunk;
    }
  };
  const rejects = rejectsInto(job, { files: ports.files, formatRows });
  return importSubscribers({
    ...job.options,
    publication: job.publication,
    source,
    dryRun: step === 'checking',
    signal: job.stop.signal,
    ...rejects,
    onProgress: (rows) => {
      // The first pass looks at states alone, and may end early.
      const percent = Math.min(99, Math.floor((readBytes / (2 * job.sizeBytes)) * 100));
      job.state = { kind: step, rows, percent };
    },
  });
}

/** Rejected rows go to a file of their own, which is there once a row was rejected. */
function rejectsInto(
  job: OpenImport,
  { files, formatRows }: { readonly files: UploadFiles; readonly formatRows: FormatRows },
): Pick<ImportRequest, 'onHeader' | 'onRejects'> {
  let header: readonly string[] = [];
  return {
    onHeader: async (names) => {
      header = names;
    },
    onRejects: async (rows) => {
      if (job.rejectsFile === undefined) {
        job.rejectsFile = await files.create();
        await job.rejectsFile.write(formatRejectHead(header, formatRows));
      }
      await job.rejectsFile.write(formatRejects(rows, formatRows));
      job.hasRejects = true;
    },
  };
}

function countsOf({ rows, added, updated, unsubscribedNow, suppressedNow, rejected }: ImportResult): string {
  const counts = { rows, added, updated, unsubscribed: unsubscribedNow, suppressed: suppressedNow, rejected };
  return Object.entries(counts)
    .map(([name, count]) => `${formatCount(count)} ${name}`)
    .join(', ');
}
