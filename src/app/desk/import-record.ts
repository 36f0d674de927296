import { maskAddresses } from '../../domain/subscribers/mask-addresses.ts';
import type { EpochMs } from '../../domain/units.ts';
import { AppError } from '../../errors/app-error.ts';
import type { ImportRecord, StoredProblem } from '../ports/desk.ts';
import type { ImportResult } from '../subscribers/import-subscribers.ts';
import type { ImportJob, ImportJobPorts, ImportState, OpenImport } from './import-job.ts';

/** A process that has been silent for so long has ended. It says every 10 s that it is alive. */
const aliveMs = 60_000;

/** Writes how far an import is. What is stored contains no address: it stays after an erasure. */
export async function recordState(
  job: OpenImport,
  { records, clock }: Pick<ImportJobPorts, 'records' | 'clock'>,
): Promise<void> {
  const { id, publication, fileName, sizeBytes, actor, createdAt, isBegun } = job;
  const now = clock();
  job.recordedAt = now;
  // It was removed, or the process is ending: from now on the record says that it was interrupted.
  const aliveAt = job.stop.signal.aborted ? 0 : now;
  const facts = { id, publication, fileName: maskAddresses(fileName), sizeBytes, actor, createdAt, isBegun };
  const record = { ...facts, ...stored(job.state), changedAt: now, aliveAt };
  // One after another: the last state is written last.
  const saved = job.recording.then(async () => records.save(record));
  job.recording = saved.catch(() => undefined);
  await saved;
}

type StoredState = Pick<ImportRecord, 'state' | 'rows' | 'percent' | 'result' | 'problem'>;

function stored(state: ImportState): StoredState {
  const nothing = { rows: 0, percent: 0, result: undefined, problem: undefined };
  switch (state.kind) {
    case 'waiting':
    case 'checking':
    case 'importing':
      return { ...nothing, state: state.kind, rows: state.rows, percent: state.percent };
    case 'checked':
    case 'done':
      return {
        ...nothing,
        state: state.kind,
        rows: state.result.rows,
        percent: 100,
        result: withoutTexts(state.result),
      };
    case 'failed':
      return { ...nothing, state: 'failed', percent: 100, problem: toProblem(state.error) };
    case 'interrupted':
      throw new Error('An interruption is concluded from a record, and none is written of it.');
  }
}

/** Texts of the file that are no names of columns may be anything. */
function withoutTexts(result: ImportResult): ImportResult {
  return { ...result, unknownTimeZones: {} };
}

function toProblem(error: unknown): StoredProblem {
  if (!(error instanceof AppError)) return { code: 'BUG', message: 'The file could not be read.' };
  const { code, message, hint, details } = error;
  return {
    code,
    message: maskAddresses(message),
    ...(hint === undefined ? {} : { hint: maskAddresses(hint) }),
    ...(details.length === 0 ? {} : { details: details.map((text) => maskAddresses(text)) }),
  };
}

/** An import of another process, or of one that has ended. */
export function fromRecord(record: ImportRecord, now: EpochMs): ImportJob {
  const { id, publication, fileName, sizeBytes } = record;
  const state = stateOf(record, now);
  return { id, publication, fileName, sizeBytes, state, hasRejects: false, isHere: false };
}

function stateOf(record: ImportRecord, now: EpochMs): ImportState {
  const { state: kind, isBegun, rows, percent, result, problem } = record;
  if (kind === 'failed') {
    const { code = 'BUG', message = '', ...more } = problem ?? {};
    return { kind, error: new AppError(code, message, more), isBegun };
  }
  if (kind === 'done' && result !== undefined) return { kind, result };
  if (now - record.aliveAt > aliveMs) return { kind: 'interrupted', rows, isBegun };
  if (kind === 'checked' && result !== undefined) return { kind, result };
  return { kind: kind === 'waiting' || kind === 'checking' ? kind : 'importing', rows, percent };
}
