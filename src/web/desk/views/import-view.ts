import type { ImportJob, ImportState } from '../../../app/desk/import-job.ts';
import type { RecentImport } from '../../../app/desk/import-jobs.ts';
import { describeReading, describeZones, importCounts } from '../../../app/subscribers/describe-import.ts';
import type { ImportResult } from '../../../app/subscribers/import-subscribers.ts';
import type { Publication } from '../../../domain/editions/publication.ts';
import { formatCount, formatCounted } from '../../../domain/numbers.ts';
import { AppError } from '../../../errors/app-error.ts';
import { dateTimeOf } from './times.ts';

/** The data of `templates/desk/import.hbs`. */
export function importView(
  publication: Pick<Publication, 'name'>,
  {
    base,
    job,
    recent,
    timeZone,
    maxBytes,
  }: {
    /** Path of the publication. */
    readonly base: string;
    readonly job: ImportJob | undefined;
    /** Shown where a file is chosen. */
    readonly recent: readonly RecentImport[];
    readonly timeZone: string;
    readonly maxBytes: number;
  },
) {
  const path = job === undefined ? `${base}/import` : `${base}/import/${job.id}`;
  return {
    heading: `Import subscribers into ${publication.name}`,
    upload: `${base}/import`,
    path,
    limit: `at most ${Math.round(maxBytes / 1024 / 1024)} MB`,
    file: job === undefined ? '' : `${job.fileName}, ${sizeOf(job.sizeBytes)}`,
    rejects: job?.hasRejects === true ? `${path}/rejects` : '',
    recent: recent.map((one) => ({
      href: `${base}/import/${one.id}`,
      name: one.fileName,
      at: dateTimeOf(one.createdAt, timeZone),
      actor: one.actor,
      ...wordOf(one.state),
    })),
    isHere: job?.isHere === true,
    ...stepOf(job?.state, publication.name),
    // Only the process that has the file can read it again.
    ...(job?.isHere === false ? { confirm: '', label: '', mayCheck: false } : {}),
  };
}

/** What became of an import, as a row of a list. */
function wordOf(state: ImportState): { readonly shape: string; readonly word: string } {
  switch (state.kind) {
    case 'waiting':
    case 'checking':
      return { shape: 'time', word: 'being read' };
    case 'checked':
      return { shape: 'time', word: 'checked, not imported yet' };
    case 'importing':
      return { shape: 'going', word: `being imported, ${formatCounted(state.rows, 'row')} so far` };
    case 'done':
      return { shape: 'good', word: `imported, ${formatCounted(state.result.rows, 'row')}` };
    case 'failed':
      return { shape: 'stop', word: 'failed' };
    case 'interrupted':
      return {
        shape: 'stop',
        word: state.isBegun ? `stopped after about ${formatCounted(state.rows, 'row')}` : 'not imported',
      };
  }
}

const nothing = {
  isNew: false,
  progress: '',
  percent: 0,
  sentence: '',
  isDone: false,
  failure: false as const,
  reading: [] as readonly string[],
  counts: [] as readonly { readonly rows: string; readonly what: string }[],
  confirm: '',
  label: '',
  mayCheck: false,
};

function stepOf(state: ImportState | undefined, name: string) {
  if (state === undefined) return { ...nothing, isNew: true };
  switch (state.kind) {
    case 'waiting':
      return { ...nothing, progress: 'It waits until another file has been read.', percent: 0 };
    case 'checking':
      return {
        ...nothing,
        progress: `Reading the file: ${formatCounted(state.rows, 'row')} so far. Nothing is written.`,
        percent: state.percent,
      };
    case 'importing':
      return {
        ...nothing,
        progress: `Importing: ${formatCounted(state.rows, 'row')} so far. You may leave this page.`,
        percent: state.percent,
      };
    case 'checked':
      return { ...nothing, ...reportOf(state.result), ...questionOf(state.result, name), mayCheck: true };
    case 'done':
      return {
        ...nothing,
        ...reportOf(state.result),
        isDone: true,
        sentence: `Imported. ${formatCounted(state.result.added, 'subscriber was', 'subscribers were')} added to ${name}.`,
      };
    case 'failed':
      return { ...nothing, failure: failureOf(state), mayCheck: !state.isBegun };
    case 'interrupted':
      return { ...nothing, failure: interruptionOf(state) };
  }
}

function reportOf(result: ImportResult) {
  const zones = describeZones(result);
  return {
    reading: [...describeReading(result), ...(zones === '' ? [] : [zones])],
    counts: importCounts(result).map(({ rows, what }) => ({ rows: formatCount(rows), what })),
  };
}

/** Says what the import does, and asks for it by the number of subscribers. */
function questionOf(result: ImportResult, name: string) {
  const { added, updated, unsubscribedNow, suppressedNow } = result;
  const affected = added + updated + unsubscribedNow + suppressedNow;
  if (affected === 0) return { sentence: `Nothing was written. The file would change nothing in ${name}.` };
  const sentences = [
    'Nothing was written yet.',
    `${formatCounted(added, 'subscriber is', 'subscribers are')} new to ${name}.`,
    ...(unsubscribedNow + suppressedNow === 0
      ? []
      : [
          `${formatCounted(unsubscribedNow + suppressedNow, 'subscriber gets', 'subscribers get')} no more mail.`,
        ]),
  ];
  return {
    sentence: sentences.join(' '),
    confirm: `Yes, import ${formatCounted(affected, 'subscriber')} into ${name}`,
    label: `Import ${formatCounted(affected, 'subscriber')}`,
  };
}

function interruptionOf({ rows, isBegun }: Extract<ImportState, { readonly kind: 'interrupted' }>) {
  const message = 'The program that had this file was stopped, and the file is gone with it.';
  const lines = isBegun
    ? [
        `About ${formatCounted(rows, 'row')} had been imported. They stay.`,
        'Upload the same file again: rows that were imported are found unchanged, and the others are added.',
      ]
    : ['Nothing was written. Upload the file again.'];
  return { message, lines, details: [] };
}

/** A hint is in the words of the command line. */
const whereOptionsAre =
  'What would follow an option on the command line goes, without quotation marks, into the field that has its name below.';

function failureOf({ error, isBegun }: Extract<ImportState, { readonly kind: 'failed' }>) {
  const nothingWritten = isBegun
    ? 'What was imported before stays; the same file can be imported again.'
    : 'Nothing was written.';
  if (!(error instanceof AppError) || error.kind === 'bug')
    return {
      message: 'The file could not be read.',
      lines: [nothingWritten, 'The log has the reason.'],
      details: [],
    };
  const options = error.hint?.includes('--') === true && !isBegun ? [whereOptionsAre] : [];
  const lines = [nothingWritten, ...(error.hint === undefined ? [] : [error.hint]), ...options];
  return { message: error.message, lines, details: error.details };
}

function sizeOf(bytes: number): string {
  return bytes < 1024 * 1024
    ? `${formatCount(Math.ceil(bytes / 1024))} KB`
    : `${formatCount(Math.ceil(bytes / 1024 / 1024))} MB`;
}
