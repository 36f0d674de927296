import { parseAddress } from '../../domain/subscribers/address.ts';
import { cleanName } from '../../domain/subscribers/clean-name.ts';
import type { RejectReason, TableRow } from '../../domain/subscribers/import-row.ts';
import { repairAddress } from '../../domain/subscribers/repair-address.ts';
import { noValue } from '../../domain/subscribers/row-states.ts';
import type { RowState } from '../../domain/subscribers/row-states.ts';
import { fromSpreadsheetCell } from '../../domain/subscribers/spreadsheet-cell.ts';
import { readTimeZone } from '../../domain/time/time-zone.ts';
import type { Candidate } from '../ports/subscribers.ts';
import type { Columns } from './choose-columns.ts';
import type { StateColumns } from './state-columns.ts';

export type ImportRow =
  | {
      readonly subscriber: Candidate;
      readonly state: RowState;
      readonly isRepaired: boolean;
      /** A time zone that does not exist, as written. */
      readonly unknownTimeZone?: string;
    }
  | { readonly reason: RejectReason };

/** Reads one row of an import by its columns. */
export function readImportRow(row: TableRow, columns: Columns, states: StateColumns): ImportRow {
  if ('reason' in row) return { reason: row.reason };
  // In Daybrief's own export a name is what the subscriber wrote.
  const readName = states.system === 'Daybrief' ? cleanName : cleanForeignName;
  const cell = (index: number | undefined) =>
    index === undefined ? '' : fromSpreadsheetCell(row.fields[index] ?? '');
  const written = cell(columns.email);
  const repaired = repairAddress(written);
  const parsed = parseAddress(repaired);
  if (!parsed.ok) return { reason: parsed.reason };
  const state = states.read(row.fields);
  if (state === undefined) return { reason: 'state-unknown' };
  const zone = cell(columns.time_zone).trim();
  const timeZone = zone === '' ? null : (readTimeZone(zone) ?? null);
  const { address, canonical } = parsed;
  const fullName = readName(cell(columns.name));
  const name =
    fullName || cleanName(`${readName(cell(columns.first_name))} ${readName(cell(columns.last_name))}`);
  const subscription = subscriptionOf(state);
  const subscriber: Candidate =
    subscription.suppressedBy === undefined
      ? { address, canonical, name, timeZone, state: subscription.state }
      : { address, canonical, name, timeZone, ...subscription };
  const isRepaired = repaired !== written;
  return zone !== '' && timeZone === null
    ? { subscriber, state, isRepaired, unknownTimeZone: zone }
    : { subscriber, state, isRepaired };
}

function subscriptionOf(state: RowState): Pick<Candidate, 'state' | 'suppressedBy'> {
  switch (state) {
    case 'active':
    case 'pending':
    case 'unsubscribed':
      return { state };
    case 'bounced':
    case 'complained':
      return { state: 'suppressed', suppressedBy: state };
    case 'suppressed':
      return { state, suppressedBy: 'imported' };
    case 'left-out':
      return { state: 'unsubscribed' };
    default:
      return state satisfies never;
  }
}

function cleanForeignName(cell: string): string {
  const name = cleanName(cell);
  return noValue.test(name.toLowerCase()) ? '' : name;
}
