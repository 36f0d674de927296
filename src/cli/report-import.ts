import type { ImportResult } from '../app/subscribers/import-subscribers.ts';
import { formatCount, formatCounted } from '../domain/numbers.ts';
import { rejectReasons } from '../domain/subscribers/import-row.ts';
import type { RejectReason } from '../domain/subscribers/import-row.ts';
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
  if (result.timeZonesIgnored > 0) {
    const zones = Object.entries(result.unknownTimeZones).map(
      ([zone, count]) => `${zone} (${formatCount(count)})`,
    );
    context.warn(
      `${formatCounted(result.timeZonesIgnored, 'row')} named a time zone that does not exist, and ${result.timeZonesIgnored === 1 ? 'was' : 'were'} imported without it: ${zones.join(', ')}.`,
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
          : `Each is listed in ${rejectsFile} with its line; correct that file and import it.${notUtf8(result)}`,
    },
  );
}

function notUtf8({ byReason }: ImportResult): string {
  if (byReason['row-not-utf8'] === undefined) return '';
  return ' Rows that are not UTF-8 are in it with their own bytes; `iconv -f WINDOWS-1252 -t UTF-8` usually reads them.';
}

function describe(publication: string, result: ImportResult): string {
  const { added, updated, unchanged, merged, suppressed, unsubscribed, rejected } = result;
  const reasons = Object.entries(result.byReason) as [RejectReason, number][];
  const head = result.dryRun
    ? `Dry run: nothing was changed in ${publication}.`
    : `Imported into ${publication}.`;
  return [
    head,
    ...describeReading(result),
    formatTable(
      [{ head: 'rows', align: 'right' }, { head: '' }],
      [
        [formatCount(added), 'added'],
        [formatCount(updated), 'completed: a name or time zone was missing, or a confirmation'],
        [formatCount(unchanged), 'subscribed already'],
        [formatCount(merged), 'repeated an address of this file'],
        [formatCount(result.unsubscribedNow), 'unsubscribed by this file'],
        [formatCount(result.suppressedNow), 'suppressed by this file, in every publication'],
        [formatCount(unsubscribed), 'unsubscribed before: left alone'],
        [formatCount(suppressed), 'suppressed before: left alone'],
        [formatCount(result.leftOut), 'deleted in the other system: left out'],
        [formatCount(rejected), 'rejected'],
        ...reasons
          .toSorted((a, b) => b[1] - a[1])
          .map(([reason, count]) => [formatCount(count), `of them ${reason}: ${rejectReasons[reason]}`]),
      ].filter(([count, what]) => count !== '0' || what === 'added' || what === 'rejected'),
    ),
  ].join('\n');
}

/** How the columns were read, how many rows show which state, and how many addresses were repaired. */
function describeReading({ columns, byState, repaired }: ImportResult): readonly string[] {
  const { system, read, states, ignored } = columns;
  const fields = Object.entries(read).map(([field, name]) => `"${name}" as ${field.replace('_', ' ')}`);
  const shown = states.map((name) => `"${name}" as state`);
  const counts = Object.entries(byState).map(([state, count]) => `${formatCount(count)} ${state}`);
  return [
    `Read ${[...fields, ...shown].join(', ')}${system === undefined ? '' : ` (the format of ${system})`}.`,
    ...(ignored.length > 0 ? [`Ignored: ${ignored.join(', ')}.`] : []),
    ...(counts.length === 0
      ? []
      : states.length > 0
        ? [`States in the file: ${counts.join(', ')}.`]
        : [`No column shows a state, so the rows are read as: ${counts.join(', ')}. --as says otherwise.`]),
    ...(repaired > 0 ? [`Repaired ${formatCounted(repaired, 'address', 'addresses')}.`] : []),
  ];
}
