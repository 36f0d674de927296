import type { ActedBy } from '../../domain/audit.ts';
import { formatCount } from '../../domain/numbers.ts';
import { maskAddresses } from '../../domain/subscribers/mask-addresses.ts';
import type { UploadFiles } from '../ports/desk.ts';
import type { FormatRows } from '../ports/subscribers.ts';
import { formatRejectHead, formatRejects } from '../subscribers/format-rejects.ts';
import type { ImportRequest, ImportResult } from '../subscribers/import-subscribers.ts';
import type { ImportJobPorts, OpenImport } from './import-job.ts';
import { recordState } from './import-record.ts';

/** How far an import is, is written so often: after a crash up to so much more was imported than its record says. */
const recordEveryMs = 2_000;

/** Reads the file once more. Never throws: what goes wrong is the state of the job. */
export async function readOnce(
  job: OpenImport,
  step: 'checking' | 'importing',
  { by, ports }: { readonly by: ActedBy; readonly ports: ImportJobPorts },
): Promise<void> {
  const isBegun = step === 'importing';
  const { publication, fileName } = job;
  job.state = { kind: step, rows: 0, percent: 0 };
  job.isBegun = isBegun;
  try {
    await recordState(job, ports);
    await job.rejectsFile?.remove();
    Object.assign(job, { rejectsFile: undefined, hasRejects: false });
    if (isBegun) {
      const detail = maskAddresses(fileName);
      await ports.record({ action: 'import-started', publication, detail }, by);
    }
    const result = await importFile(job, step, { by, ports });
    if (isBegun) await ports.record({ action: 'import-ended', publication, detail: countsOf(result) }, by);
    job.state = { kind: isBegun ? 'done' : 'checked', result };
    // Only its rejects are still needed.
    if (isBegun) await job.file.remove();
  } catch (error) {
    if (job.stop.signal.aborted && !isBegun) return;
    if (!job.stop.signal.aborted) job.state = { kind: 'failed', error, isBegun };
  }
  job.touchedAt = ports.clock();
  // Without its record the job can be looked at only while this process runs.
  await recordState(job, ports).catch(() => undefined);
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
      if (ports.clock() - job.recordedAt >= recordEveryMs)
        void recordState(job, ports).catch(() => undefined);
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
