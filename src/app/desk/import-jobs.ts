import { randomUUID } from 'node:crypto';

import type { ActedBy } from '../../domain/audit.ts';
import type { EpochMs, Slug } from '../../domain/units.ts';
import { AppError } from '../../errors/app-error.ts';
import type { UploadFile } from '../ports/desk.ts';
import type { ImportJob, ImportJobPorts, ImportOptions, ImportState, OpenImport } from './import-job.ts';
import { fromRecord, recordState } from './import-record.ts';
import { readOnce } from './import-work.ts';

export interface ImportJobs extends AsyncDisposable {
  readonly maxBytes: number;
  /**
   * Keeps the file, and begins to check it: nothing is written to the database.
   *
   * @param upload.isTooLarge asked after the last byte
   * @throws AppError UPLOAD_INVALID
   */
  begin(upload: {
    readonly publication: Slug;
    readonly fileName: string;
    readonly bytes: AsyncIterable<Uint8Array>;
    readonly isTooLarge: () => boolean;
    readonly by: ActedBy;
  }): Promise<ImportJob>;
  /** Undefined for one of another publication, and for one that is over and removed. */
  find(publication: Slug, id: string): Promise<ImportJob | undefined>;
  /** Imports of the last days, of every process; newest first. */
  recent(publication: Slug): Promise<readonly RecentImport[]>;
  /** Checks the file again, read in another way. Undefined once it is being imported. */
  check(id: string, options: ImportOptions, by: ActedBy): ImportJob | undefined;
  /** Imports what was checked. Undefined unless it was. */
  run(id: string, by: ActedBy): ImportJob | undefined;
  /** Rows that were rejected, as CSV. */
  rejects(id: string): AsyncIterable<Uint8Array> | undefined;
  /** Removes the file; an import that has begun stops between two groups of rows. */
  remove(id: string): Promise<void>;
}

export interface RecentImport extends ImportJob {
  readonly actor: string;
  readonly createdAt: EpochMs;
}

const maxBytes = 512 * 1024 * 1024;
/** Files at a time. */
const maxJobs = 10;
/** How long a file and its rejects stay after the last step. */
const keptMs = 3_600_000;

/** How long the record of an import stays, and how many of a publication are listed. */
const recordKeptMs = 7 * 86_400_000;
const listed = 10;
/** The process says so often that it has its files. */
const beatMs = 10_000;

/** Imports of the desk: one file is read at a time, so that a send beside them has most of the machine. */
export class ImportQueue implements ImportJobs {
  readonly maxBytes = maxBytes;
  readonly #ports: ImportJobPorts;
  readonly #jobs = new Map<string, OpenImport>();
  readonly #timers: readonly NodeJS.Timeout[];
  /** Uploads that are arriving, which are no jobs yet. */
  #arriving = 0;
  #last: Promise<void> = Promise.resolve();

  constructor(ports: ImportJobPorts) {
    this.#ports = ports;
    this.#timers = [
      setInterval(() => void this.#removeOld().catch(() => undefined), keptMs / 12).unref(),
      setInterval(() => void this.#beat(this.#ports.clock()), beatMs).unref(),
    ];
  }

  async begin({
    publication,
    fileName,
    bytes,
    isTooLarge,
    by,
  }: Parameters<ImportJobs['begin']>[0]): Promise<ImportJob> {
    await this.#removeOld();
    if (this.#jobs.size + this.#arriving >= maxJobs) {
      throw new AppError('UPLOAD_INVALID', `${maxJobs} files are waiting to be imported already.`, {
        hint: 'Import or remove one of them first.',
      });
    }
    this.#arriving += 1;
    let file: UploadFile | undefined;
    try {
      file = await this.#ports.files.create();
      const sizeBytes = await keep(file, bytes);
      if (isTooLarge()) throw tooLarge();
      if (sizeBytes === 0) throw new AppError('UPLOAD_INVALID', 'The file is empty.');
      const job: OpenImport = {
        id: randomUUID(),
        publication,
        fileName,
        sizeBytes,
        file,
        options: {},
        state: { kind: 'waiting', rows: 0, percent: 0 },
        hasRejects: false,
        rejectsFile: undefined,
        isHere: true,
        touchedAt: this.#ports.clock(),
        recordedAt: 0,
        recording: Promise.resolve(),
        createdAt: this.#ports.clock(),
        isBegun: false,
        actor: by.actor,
        stop: new AbortController(),
      };
      await recordState(job, this.#ports);
      this.#jobs.set(job.id, job);
      return this.#enqueue(job, 'checking', by);
    } catch (error) {
      await file?.remove();
      throw error;
    } finally {
      this.#arriving -= 1;
    }
  }

  async find(publication: Slug, id: string): Promise<ImportJob | undefined> {
    const job = this.#jobs.get(id);
    if (job !== undefined) return job.publication === publication ? job : undefined;
    const record = await this.#ports.records.find(publication, id);
    return record && fromRecord(record, this.#ports.clock());
  }

  async recent(publication: Slug): Promise<readonly RecentImport[]> {
    const records = await this.#ports.records.recent(publication, listed);
    const now = this.#ports.clock();
    return records.map((record) => {
      const { actor, createdAt } = record;
      return Object.assign({}, this.#jobs.get(record.id) ?? fromRecord(record, now), { actor, createdAt });
    });
  }

  check(id: string, options: ImportOptions, by: ActedBy): ImportJob | undefined {
    const job = this.#jobs.get(id);
    if (job === undefined || !canCheck(job.state)) return undefined;
    job.options = options;
    return this.#enqueue(job, 'checking', by);
  }

  run(id: string, by: ActedBy): ImportJob | undefined {
    const job = this.#jobs.get(id);
    if (job === undefined || job.state.kind !== 'checked') return undefined;
    return this.#enqueue(job, 'importing', by);
  }

  rejects(id: string): AsyncIterable<Uint8Array> | undefined {
    return this.#jobs.get(id)?.rejectsFile?.read();
  }

  async remove(id: string): Promise<void> {
    const job = this.#jobs.get(id);
    if (job === undefined) return;
    await this.#drop(job);
    await job.recording;
    // Of an import that has written something, the record says so for some days.
    if (!job.isBegun) await this.#ports.records.remove(id);
  }

  async #drop(job: OpenImport): Promise<void> {
    this.#jobs.delete(job.id);
    job.stop.abort();
    await job.file.remove();
    await job.rejectsFile?.remove();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    // From now on their records say that they were interrupted.
    await this.#beat(0);
    for (const job of this.#jobs.values()) await this.#drop(job);
    await this.#last;
  }

  /** A database that does not answer is asked again at the next beat. */
  async #beat(aliveAt: EpochMs): Promise<void> {
    if (this.#jobs.size > 0)
      await this.#ports.records.beat([...this.#jobs.keys()], aliveAt).catch(() => undefined);
  }

  #enqueue(job: OpenImport, step: 'checking' | 'importing', by: ActedBy): ImportJob {
    Object.assign(job, { state: { kind: 'waiting', rows: 0, percent: 0 }, touchedAt: this.#ports.clock() });
    this.#last = this.#last.then(async () => {
      if (this.#jobs.has(job.id)) await readOnce(job, step, { by, ports: this.#ports });
      // It was removed while it was read.
      if (!this.#jobs.has(job.id)) await job.rejectsFile?.remove();
    });
    return job;
  }

  async #removeOld(): Promise<void> {
    const now = this.#ports.clock();
    await this.#ports.records.deleteBefore(now - recordKeptMs);
    for (const { id, touchedAt, state } of this.#jobs.values()) {
      const isBusy = 'percent' in state;
      if (!isBusy && now - touchedAt > keptMs) await this.remove(id);
    }
  }
}

function canCheck(state: ImportState): boolean {
  return state.kind === 'checked' || (state.kind === 'failed' && !state.isBegun);
}

async function keep(file: UploadFile, bytes: AsyncIterable<Uint8Array>): Promise<number> {
  let sizeBytes = 0;
  for await (const chunk of bytes) {
    sizeBytes += chunk.byteLength;
    await file.write(chunk);
  }
  return sizeBytes;
}

function tooLarge(): AppError {
  return new AppError('UPLOAD_INVALID', `The file is larger than ${maxBytes / 1024 / 1024} MB.`, {
    hint: 'Import it on the machine: `daybrief subscribers import`.',
  });
}
