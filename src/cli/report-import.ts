import { describeReading, describeZones, importCounts } from '../app/subscribers/describe-import.ts';
import type { ImportResult } from '../app/subscribers/import-subscribers.ts';
import { formatCount, formatCounted } from '../domain/numbers.ts';
import { AppError } from '../errors/app-error.ts';
import type { CliContext } from './context.ts';
import { formatTable } from './output/table.ts';

/** @throws AppError IMPORT_PARTIAL after the result, when rows were rejected. */
export function reportImport(
  context: CliContext,
  result: ImportResult,
  about: { readonly publication: string; readonly rejectsPath: string | undefined },
): void {
  const { publication, rejectsPath } = about;
  const rejectsFile = result.rejected > 0 ? rejectsPath : undefined;
  context.result({ publication, ...result, ...(rejectsFile === undefined ? {} : { rejectsFile }) }, () =>
    describe(publication, result),
  );
  const zones = describeZones(result);
  if (zones !== '') context.warn(zones);
  if (result.rejected === 0) return;
  throw new AppError(
    'IMPORT_PARTIAL',
    `${formatCounted(result.rejected, 'row')} of ${formatCount(result.rows)} ${result.rejected === 1 ? 'was' : 'were'} rejected.`,
    {
      hint:
        rejectsFile === undefined
          ? 'Run it again with `--rejects <file>` to see each of them with its line.'
          : `Each is listed in ${rejectsFile} with its line; correct that file and import it.${notUtf8(result)}`,
    },
  );
}

function notUtf8({ byReason }: ImportResult): string {
  if (byReason['row-not-utf8'] === undefined) return '';
  return ' Rows that are not UTF-8 are in it with their own bytes; `iconv -f WINDOWS-1252 -t UTF-8` usually reads them.';
}

function describe(publication: string, result: ImportResult): string {
  const head = result.dryRun
    ? `Dry run: nothing was changed in ${publication}.`
    : `Imported into ${publication}.`;
  return [
    head,
    ...describeReading(result),
    formatTable(
      [{ head: 'rows', align: 'right' }, { head: '' }],
      importCounts(result).map(({ rows, what }) => [formatCount(rows), what]),
    ),
  ].join('\n');
}
