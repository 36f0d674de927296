import { parseAddress } from '../../domain/subscribers/address.ts';
import { cleanName } from '../../domain/subscribers/clean-name.ts';
import { rejectReasons } from '../../domain/subscribers/import-row.ts';
import type { RejectReason, TableRow } from '../../domain/subscribers/import-row.ts';
import { SeenSet } from '../../domain/subscribers/seen-set.ts';
import { fromSpreadsheetCell } from '../../domain/subscribers/spreadsheet-cell.ts';
import type { MergeOutcome, SubscriptionState } from '../../domain/subscribers/subscriber.ts';
import { subscriptionStates } from '../../domain/subscribers/subscriber.ts';
import { readTimeZone } from '../../domain/time/time-zone.ts';
import type { Candidate, OpenTable, PublicationIds, RejectedRow, Subscribers } from '../ports/subscribers.ts';
import { chooseColumns } from './choose-columns.ts';
import type { ColumnMapping, Columns } from './choose-columns.ts';

export interface ImportPorts {
  readonly publications: PublicationIds;
  readonly subscribers: Subscribers;
  readonly openTable: OpenTable;
}

export interface ImportRequest {
  /** Slug. */
  readonly publication: string;
  readonly source: AsyncIterable<Uint8Array>;
  /** Which columns hold what, where their names do not say it. */
  readonly mapping?: ColumnMapping;
  /** One character; found out from the header unless set. */
  readonly delimiter?: string | undefined;
  /** Counts what would happen and changes nothing. */
  readonly dryRun?: boolean;
  /** Epoch ms. */
  readonly now: number;
  /** Called once, before any row, with the names of the columns. */
  readonly onHeader?: (header: readonly string[]) => Promise<void>;
  /** Called with rejected rows in the order of the file; awaited, so a slow disk slows the import down. */
  readonly onRejects?: (rows: readonly RejectedRow[]) => Promise<void>;
  /** Called with the number of rows read so far. */
  readonly onProgress?: (rows: number) => void;
  /** Stops between two groups; what was merged stays, and the same import can be run again. */
  readonly signal?: AbortSignal;
}

export interface ImportResult {
  /** The sum of all counts below but `timeZonesIgnored`. Blank rows are not counted. */
  readonly rows: number;
  readonly added: number;
  readonly updated: number;
  readonly unchanged: number;
  /** Further rows of one file for an address that it holds already. */
  readonly merged: number;
  readonly rejected: number;
  readonly suppressed: number;
  readonly unsubscribed: number;
  /** Rejected rows by reason; the outcome of each is `valid-email`. */
  readonly byReason: Readonly<Partial<Record<RejectReason, number>>>;
  /** Rows imported without their time zone, because it is unknown. */
  readonly timeZonesIgnored: number;
  readonly dryRun: boolean;
}

/** What one transaction merges: a worker that sends beside the import waits some 50 ms for it at most. */
const groupSize = 3_000;
/**
 * Rows are collected and sorted before they are merged, so that one transaction touches neighbouring
 * pages of the index of addresses: measured in SQLite, 13 µs a row instead of 22 µs.
 */
const windowSize = 4 * groupSize;

/**
 * Reads subscribers from a table file into a publication, as a stream. Rows that make no subscriber are
 * passed to `onRejects`, all others are imported; the canonical address identifies a subscriber. Running it twice
 * with one file changes nothing the second time.
 *
 * @throws AppError IMPORT_INVALID when the file as a whole cannot be read; PUBLICATION_NOT_FOUND.
 */
export async function importSubscribers(request: ImportRequest, ports: ImportPorts): Promise<ImportResult> {
  const publicationId = await ports.publications.id(request.publication);
  const table = await ports.openTable(request.source, { delimiter: request.delimiter });
  const columns = chooseColumns(table.header, request.mapping ?? {});
  await request.onHeader?.(table.header);
  const run = new ImportRun({ request, ports, columns, publicationId });
  for await (const rows of table.groups) {
    request.signal?.throwIfAborted();
    await run.take(rows);
  }
  return run.finish();
}

interface RunOptions {
  readonly request: ImportRequest;
  readonly ports: ImportPorts;
  readonly columns: Columns;
  readonly publicationId: number;
}

/** A row to merge; `isFirst` if the address did not occur in the file before. */
interface Waiting {
  subscriber: Candidate;
  readonly isFirst: boolean;
}

type Counts = Record<MergeOutcome | 'merged' | 'rejected' | 'rows' | 'timeZonesIgnored', number>;

class ImportRun {
  readonly #options: RunOptions;
  readonly #seen = new SeenSet();
  readonly #byReason: Partial<Record<RejectReason, number>> = {};
  readonly #counts: Counts = {
    rows: 0,
    added: 0,
    updated: 0,
    unchanged: 0,
    merged: 0,
    rejected: 0,
    suppressed: 0,
    unsubscribed: 0,
    timeZonesIgnored: 0,
  };
  #gathered = new Map<string, Waiting>();
  #gatheredSinceMerge = 0;
  /** The previous window, sorted; a group of it is merged whenever as many new rows have been collected. */
  #queue: readonly Waiting[] = [];

  constructor(options: RunOptions) {
    this.#options = options;
  }

  async take(rows: readonly TableRow[]): Promise<void> {
    const rejected: RejectedRow[] = [];
    for (const row of rows) {
      this.#counts.rows += 1;
      const read = readRow(row, this.#options.columns);
      if ('reason' in read) {
        rejected.push(this.#reject(row, read.reason));
        continue;
      }
      if (read.ignoredTimeZone) this.#counts.timeZonesIgnored += 1;
      this.#gather(read.subscriber);
      this.#gatheredSinceMerge += 1;
      if (this.#gatheredSinceMerge >= groupSize) await this.#mergeGroup();
      if (this.#gathered.size >= windowSize) await this.#turnWindow();
    }
    if (rejected.length > 0) await this.#options.request.onRejects?.(rejected);
    this.#options.request.onProgress?.(this.#counts.rows);
  }

  async finish(): Promise<ImportResult> {
    await this.#turnWindow();
    await this.#turnWindow();
    return { ...this.#counts, byReason: this.#byReason, dryRun: this.#options.request.dryRun ?? false };
  }

  #reject(row: TableRow, reason: RejectReason): RejectedRow {
    this.#counts.rejected += 1;
    this.#byReason[reason] = (this.#byReason[reason] ?? 0) + 1;
    const fields = 'fields' in row ? row.fields : [row.text];
    return { line: row.line, reason, sentence: rejectReasons[reason], fields };
  }

  #gather(subscriber: Candidate): void {
    const isFirst = this.#seen.add(subscriber.canonical);
    const waiting = this.#gathered.get(subscriber.canonical);
    if (waiting === undefined) {
      this.#gathered.set(subscriber.canonical, { subscriber, isFirst });
      return;
    }
    this.#counts.merged += 1;
    const { name, timeZone } = waiting.subscriber;
    waiting.subscriber = {
      ...waiting.subscriber,
      name: name || subscriber.name,
      timeZone: timeZone ?? subscriber.timeZone,
    };
  }

  /** Merges what is left of the earlier window, and sorts the one that was gathered since. */
  async #turnWindow(): Promise<void> {
    while (this.#queue.length > 0) {
      this.#options.request.signal?.throwIfAborted();
      await this.#mergeGroup();
    }
    this.#queue = [...this.#gathered.values()].toSorted((a, b) =>
      a.subscriber.canonical < b.subscriber.canonical ? -1 : 1,
    );
    this.#gathered = new Map();
  }

  async #mergeGroup(): Promise<void> {
    this.#gatheredSinceMerge = 0;
    const group = this.#queue.slice(0, groupSize);
    this.#queue = this.#queue.slice(groupSize);
    if (group.length === 0) return;
    const { ports, publicationId, request } = this.#options;
    const outcomes = await ports.subscribers.mergeMany(
      group.map(({ subscriber }) => subscriber),
      { publicationId, source: 'import', now: request.now, dryRun: request.dryRun ?? false },
    );
    for (const [index, outcome] of outcomes.entries()) {
      this.#counts[group[index]?.isFirst === false ? 'merged' : outcome] += 1;
    }
  }
}

type ReadRow =
  | { readonly subscriber: Candidate; readonly ignoredTimeZone: boolean }
  | { readonly reason: RejectReason };

function readRow(row: TableRow, columns: Columns): ReadRow {
  if ('reason' in row) return { reason: row.reason };
  const cell = (index: number | undefined) =>
    index === undefined ? '' : fromSpreadsheetCell(row.fields[index] ?? '');
  const parsed = parseAddress(cell(columns.email));
  if (!parsed.ok) return { reason: parsed.reason };
  const state = readState(cell(columns.state));
  if (state === undefined) return { reason: 'state-unknown' };
  const zone = cell(columns.time_zone).trim();
  const timeZone = zone === '' ? null : (readTimeZone(zone) ?? null);
  const { address, canonical } = parsed;
  const name =
    cleanName(cell(columns.name)) || cleanName(`${cell(columns.first_name)} ${cell(columns.last_name)}`);
  return {
    subscriber: { address, canonical, name, timeZone, state },
    ignoredTimeZone: zone !== '' && timeZone === null,
  };
}

function readState(cell: string): SubscriptionState | undefined {
  const wanted = cell.trim().toLowerCase();
  return wanted === '' ? 'active' : subscriptionStates.find((state) => state === wanted);
}
