import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';

import { Command } from 'commander';

import { importFields } from '../../app/subscribers/choose-columns.ts';
import type { ColumnMapping, ImportField } from '../../app/subscribers/choose-columns.ts';
import type { ImportResult } from '../../app/subscribers/import-subscribers.ts';
import { formatCount, formatCounted } from '../../domain/numbers.ts';
import { rejectReasons } from '../../domain/subscribers/import-row.ts';
import type { RejectReason } from '../../domain/subscribers/import-row.ts';
import { AppError } from '../../errors/app-error.ts';
import type { CliContext } from '../context.ts';
import { startProgress } from '../output/progress.ts';
import { RejectsFile, refuseRejectsPath } from '../output/rejects-file.ts';
import { formatTable } from '../output/table.ts';

interface ImportFlags {
  readonly map?: readonly string[];
  readonly rejects?: string;
  readonly delimiter?: string;
  readonly dryRun?: boolean;
}

/** `subscribers import <publication> <file>`: adds the rows of a CSV file as active subscribers. */
export function importCommand(context: CliContext): Command {
  return new Command('import')
    .description('add the subscribers of a CSV file; invalid rows go to a rejects file')
    .argument('<publication>')
    .argument('<file>', 'CSV in UTF-8 with a header; - reads standard input')
    .option(
      '--map <field=column>',
      `which column is which field, if the header does not match; fields: ${importFields.join(', ')}`,
      (value: string, before: readonly string[] | undefined) => [...(before ?? []), value],
    )
    .option('--rejects <file>', 'where rejected rows go (default: <file>.rejects.csv)')
    .option('--delimiter <character>', 'what separates fields; `tab` for a tab (default: found out)')
    .option('--dry-run', 'show what would happen; write only the rejects file')
    .action(async (publication: string, file: string, flags: ImportFlags) => {
      const mapping = readMapping(flags.map ?? []);
      const delimiter = readDelimiter(flags.delimiter);
      const input = await openInput(context, file);
      const rejectsPath =
        flags.rejects === undefined ? input.rejectsPath : resolve(context.io.cwd, flags.rejects);
      if (rejectsPath !== undefined) await refuseRejectsPath(rejectsPath, input.path);
      const services = await context.openServices();
      const subscribers = await services.subscribers();
      await using rejects =
        rejectsPath === undefined ? undefined : new RejectsFile(rejectsPath, subscribers.formatRows);
      const result = await showingProgress(context, input, (source, onProgress) =>
        subscribers.import({
          publication,
          source,
          mapping,
          delimiter,
          dryRun: flags.dryRun ?? false,
          onHeader: async (header) => rejects?.setHeader(header),
          onRejects: async (rows) => rejects?.write(rows),
          onProgress,
          signal: context.signal,
        }),
      );
      await rejects?.commit();
      report(context, result, { publication, rejectsPath });
    });
}

interface Input {
  readonly source: AsyncIterable<Uint8Array>;
  readonly path?: string;
  readonly sizeBytes?: number;
  readonly rejectsPath?: string;
}

async function openInput(context: CliContext, file: string): Promise<Input> {
  if (file === '-') return { source: context.io.stdin };
  const path = resolve(context.io.cwd, file);
  const found = await stat(path).catch((cause: unknown) => {
    throw isMissing(cause) ? noSuchFile(file, cause) : cause;
  });
  if (found.isDirectory()) {
    throw new AppError('FILE_UNREADABLE', `${file} is a folder; a CSV file is expected.`, {
      hint: 'Name one of the files in it, or - for standard input.',
    });
  }
  return { source: readLazily(path), path, sizeBytes: found.size, rejectsPath: `${path}.rejects.csv` };
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

function noSuchFile(file: string, cause: unknown): AppError {
  return new AppError('FILE_UNREADABLE', `There is no file ${file}.`, {
    hint: 'Check the name; relative paths start in the current folder.',
    cause,
  });
}

/** Opens the file on the first read, so that an error reaches the reader of the stream. */
async function* readLazily(path: string): AsyncGenerator<Uint8Array> {
  yield* createReadStream(path, { highWaterMark: 256 * 1024 });
}

async function showingProgress<T>(
  context: CliContext,
  input: Input,
  work: (source: AsyncIterable<Uint8Array>, onProgress: (rows: number) => void) => Promise<T>,
): Promise<T> {
  const { source, sizeBytes } = input;
  if (sizeBytes === undefined) return work(source, () => undefined);
  let readBytes = 0;
  using progress = startProgress(context.io.stderr, {
    label: 'Importing KB',
    total: Math.ceil(sizeBytes / 1024),
  });
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const chunk of source) {
      readBytes += chunk.byteLength;
      yield chunk;
    }
  }
  return work(counted(), (rows) => progress.update(Math.ceil(readBytes / 1024), formatCounted(rows, 'row')));
}

/** @throws AppError IMPORT_PARTIAL after the result, when rows were rejected. */
function report(
  context: CliContext,
  result: ImportResult,
  about: { readonly publication: string; readonly rejectsPath: string | undefined },
): void {
  const { publication, rejectsPath } = about;
  const rejectsFile = result.rejected > 0 ? rejectsPath : undefined;
  context.result({ publication, ...result, ...(rejectsFile === undefined ? {} : { rejectsFile }) }, () =>
    describe(publication, result),
  );
  if (result.timeZonesIgnored > 0) {
    context.warn(
      `${formatCounted(result.timeZonesIgnored, 'row')} named a time zone that does not exist; it was left out.`,
    );
  }
  if (result.rejected === 0) return;
  throw new AppError(
    'IMPORT_PARTIAL',
    `${formatCounted(result.rejected, 'row')} of ${formatCount(result.rows)} ${result.rejected === 1 ? 'was' : 'were'} rejected.`,
    {
      hint:
        rejectsFile === undefined
          ? 'Run it again with `--rejects <file>` to see each of them with its line.'
          : `Each is listed in ${rejectsFile} with its line; correct that file and import it.`,
    },
  );
}

function describe(publication: string, result: ImportResult): string {
  const { added, updated, unchanged, merged, suppressed, unsubscribed, rejected } = result;
  const reasons = Object.entries(result.byReason) as [RejectReason, number][];
  const head = result.dryRun
    ? `Dry run: nothing was changed in ${publication}.`
    : `Imported into ${publication}.`;
  return [
    head,
    formatTable(
      [{ head: 'rows', align: 'right' }, { head: '' }],
      [
        [formatCount(added), 'added'],
        [formatCount(updated), 'completed: a name or time zone was missing, or a confirmation'],
        [formatCount(unchanged), 'subscribed already'],
        [formatCount(merged), 'repeated an address of this file'],
        [formatCount(unsubscribed), 'unsubscribed: left alone'],
        [formatCount(suppressed), 'suppressed: left alone'],
        [formatCount(rejected), 'rejected'],
        ...reasons
          .toSorted((a, b) => b[1] - a[1])
          .map(([reason, count]) => [formatCount(count), `of them ${reason}: ${rejectReasons[reason]}`]),
      ].filter(([count, what]) => count !== '0' || what === 'added' || what === 'rejected'),
    ),
  ].join('\n');
}

function readMapping(pairs: readonly string[]): ColumnMapping {
  const mapping: Partial<Record<ImportField, string>> = {};
  for (const pair of pairs) {
    const at = pair.indexOf('=');
    const field = importFields.find(
      (name) => name === pair.slice(0, Math.max(0, at)).trim().replace('-', '_'),
    );
    if (field === undefined) {
      throw new AppError(
        'USAGE_INVALID',
        `\`--map ${pair}\` does not begin with one of the fields: ${importFields.join(', ')}.`,
        {
          hint: 'Write for example `--map email="E-Mail address"`.',
        },
      );
    }
    mapping[field] = pair.slice(at + 1);
  }
  return mapping;
}

function readDelimiter(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const character = text === 'tab' || text === String.raw`\t` ? '\t' : text;
  if (/^[^"\r\n\w]$/u.test(character)) return character;
  throw new AppError('USAGE_INVALID', `\`--delimiter ${text}\` is no delimiter.`, {
    hint: 'Give one character that is no letter, digit or quote: `--delimiter ";"`, or `tab`.',
  });
}
