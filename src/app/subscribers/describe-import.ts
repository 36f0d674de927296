import { formatCount, formatCounted } from '../../domain/numbers.ts';
import { rejectReasons } from '../../domain/subscribers/import-row.ts';
import type { RejectReason } from '../../domain/subscribers/import-row.ts';
import type { ImportResult } from './import-subscribers.ts';

/** Says how the columns were read, how many rows show which state, and how many addresses were repaired. */
export function describeReading({ columns, byState, repaired }: ImportResult): readonly string[] {
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

/** Rows by what becomes of them, and of rejected ones by reason; what did not occur is left out. */
export function importCounts(
  result: ImportResult,
): readonly { readonly rows: number; readonly what: string }[] {
  const reasons = (Object.entries(result.byReason) as [RejectReason, number][]).toSorted(
    ([, a], [, b]) => b - a,
  );
  return [
    { rows: result.added, what: 'added' },
    { rows: result.updated, what: 'completed: a name or time zone was missing, or a confirmation' },
    { rows: result.unchanged, what: 'subscribed already' },
    { rows: result.merged, what: 'repeated an address of this file' },
    { rows: result.unsubscribedNow, what: 'unsubscribed by this file' },
    { rows: result.suppressedNow, what: 'suppressed by this file, in every publication' },
    { rows: result.unsubscribed, what: 'unsubscribed before: left alone' },
    { rows: result.suppressed, what: 'suppressed before: left alone' },
    { rows: result.leftOut, what: 'deleted in the other system: left out' },
    { rows: result.rejected, what: 'rejected' },
    ...reasons.map(([reason, rows]) => ({ rows, what: `of them ${reason}: ${rejectReasons[reason]}` })),
  ].filter(({ rows, what }) => rows > 0 || what === 'added' || what === 'rejected');
}

/** Says which time zones of the file do not exist; empty if all do. */
export function describeZones({ timeZonesIgnored, unknownTimeZones }: ImportResult): string {
  if (timeZonesIgnored === 0) return '';
  const zones = Object.entries(unknownTimeZones).map(([zone, count]) => `${zone} (${formatCount(count)})`);
  return `${formatCounted(timeZonesIgnored, 'row')} named a time zone that does not exist, and ${timeZonesIgnored === 1 ? 'was' : 'were'} imported without it: ${zones.join(', ')}.`;
}
