import { rejectReasons } from '../../domain/subscribers/import-row.ts';
import type { RejectReason, TableRow } from '../../domain/subscribers/import-row.ts';
import type { RowState } from '../../domain/subscribers/row-states.ts';
import { SeenSet } from '../../domain/subscribers/seen-set.ts';
import type { MergeOutcome } from '../../domain/subscribers/subscriber.ts';
import type { EpochMs, Slug } from '../../domain/units.ts';
import type { Candidate, OpenTable, PublicationIds, RejectedRow, Subscribers } from '../ports/subscribers.ts';
import { chooseColumns, describeColumns, takenColumns } from './choose-columns.ts';
import type { ColumnMapping, Columns, ColumnReport } from './choose-columns.ts';
import { readImportRow } from './read-import-row.ts';
import { StateColumns } from './state-columns.ts';

export interface ImportPorts {
  readonly publications: PublicationIds;
  readonly subscribers: Subscribers;
  readonly openTable: OpenTable;
}

export interface ImportRequest {
  readonly publication: Slug;
  /** Opens the file; called twice, because nothing is written before every state is understood. */
  readonly source: () => AsyncIterable<Uint8Array>;
  /** Columns by field, for those whose names do not say it. */
  readonly mapping?: ColumnMapping;
  /** Meanings of values in state columns, in lower case; the empty text means an empty cell. */
  readonly stateWords?: ReadonlyMap<string, RowState> | undefined;
  /** The state of every row, unless a column shows a stricter one. */
  readonly as?: RowState | undefined;
  /** Columns that are not read. */
  readonly ignore?: readonly string[] | undefined;
  /** One character; detected from the header unless set. */
  readonly delimiter?: string | undefined;
  /** Counts what would happen and changes nothing. */
  readonly dryRun?: boolean;
  readonly now: EpochMs;
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
  /** The sum of the counts from `added` to `rejected`. Blank rows are not counted. */
  readonly rows: number;
  readonly added: number;
  readonly updated: number;
  readonly unchanged: number;
  /** Further rows of one file for the same address. */
  readonly merged: number;
  /** Unsubscribed or suppressed before, and left alone. */
  readonly unsubscribed: number;
  readonly suppressed: number;
  /** Unsubscribed or suppressed by this file. */
  readonly unsubscribedNow: number;
  readonly suppressedNow: number;
  /** Rows that their system had deleted. */
  readonly leftOut: number;
  readonly rejected: number;
  /** Rejected rows by reason; the outcome of each is `valid-email`. */
  readonly byReason: Readonly<Partial<Record<RejectReason, number>>>;
  /** Rows with a readable address, by the state they show. */
  readonly byState: Readonly<Partial<Record<RowState, number>>>;
  /** Rows whose address was repaired. */
  readonly repaired: number;
  /** Rows imported without their time zone, because it does not exist, by the text in the file. */
  readonly timeZonesIgnored: number;
  readonly unknownTimeZones: Readonly<Record<string, number>>;
  readonly columns: ColumnReport;
  readonly dryRun: boolean;
}

/** Different unknown time zones that are listed. */
const maxListedZones = 20;

/** What one transaction merges: a worker that sends meanwhile waits some 50 ms for it at most. */
const groupSize = 3_000;
/**
 * Rows are collected and sorted before they are merged, so that one transaction touches neighbouring
 * pages of the index of addresses. For a million rows in random order SQLite takes 12 s of CPU time this way, and 16 s
 * with a quarter of the window. Two windows take about 25 MB.
 */
const windowSize = 16 * groupSize;

/**
 * Reads subscribers from a table file into a publication, as a stream, twice: first to learn what its columns
 * say about states, then to merge. Invalid rows are passed to `onRejects`; the canonical address identifies a
 * subscriber. The stricter state wins, within the file and against stored subscriptions. Idempotent.
 *
 * @throws AppError IMPORT_INVALID if the file as a whole cannot be read, or if a column looks like a
 *   state and is not understood; PUBLICATION_NOT_FOUND.
 */
export async function importSubscribers(request: ImportRequest, ports: ImportPorts): Promise<ImportResult> {
  const publicationId = await ports.publications.id(request.publication);
  const open = () => ports.openTable(request.source(), { delimiter: request.delimiter });
  const survey = await open();
  const columns = chooseColumns(survey.header, request.mapping ?? {}, request.ignore ?? []);
  const states = new StateColumns(survey.header, takenColumns(columns), {
    mapped: columns.state,
    ignore: columns.ignored,
    words: request.stateWords ?? new Map(),
    as: request.as,
  });
  for await (const rows of survey.groups) {
    request.signal?.throwIfAborted();
    if (!states.needsSurvey) break;
    for (const row of rows) if ('fields' in row) states.survey(row.fields);
  }
  states.requireUnderstood();
  const table = await open();
  await request.onHeader?.(table.header);
  const run = new ImportRun({ request, ports, columns, states, publicationId });
  try {
    for await (const rows of table.groups) {
      request.signal?.throwIfAborted();
      await run.take(rows);
    }
    return await run.finish(describeColumns(table.header, columns, states));
  } finally {
    await run.settled();
  }
}

interface RunOptions {
  readonly request: ImportRequest;
  readonly ports: ImportPorts;
  readonly columns: Columns;
  readonly states: StateColumns;
  readonly publicationId: number;
}

/** A row to merge; `isFirst` if the address did not occur in the file before. */
interface Waiting {
  subscriber: Candidate;
  readonly isFirst: boolean;
}

type Counts = Record<
  MergeOutcome | 'merged' | 'rejected' | 'rows' | 'timeZonesIgnored' | 'leftOut' | 'repaired',
  number
>;

const strictness = { active: 0, pending: 1, unsubscribed: 2, suppressed: 3 } as const;

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
    'unsubscribed-now': 0,
    'suppressed-now': 0,
    leftOut: 0,
    repaired: 0,
    timeZonesIgnored: 0,
  };
  readonly #byState: Partial<Record<RowState, number>> = {};
  readonly #unknownZones = new Map<string, number>();
  #gathered = new Map<string, Waiting>();
  #gatheredSinceMerge = 0;
  /** The previous window, sorted; a group of it is merged whenever as many new rows have been collected. */
  #queue: readonly Waiting[] = [];
  /** The group that is being merged while the rows after it are read. */
  #merging: Promise<void> = Promise.resolve();

  constructor(options: RunOptions) {
    this.#options = options;
  }

  async take(rows: readonly TableRow[]): Promise<void> {
    const rejected: RejectedRow[] = [];
    for (const row of rows) {
      this.#counts.rows += 1;
      const read = readImportRow(row, this.#options.columns, this.#options.states);
      if ('reason' in read) {
        rejected.push(this.#reject(row, read.reason));
        continue;
      }
      this.#byState[read.state] = (this.#byState[read.state] ?? 0) + 1;
      if (read.isRepaired) this.#counts.repaired += 1;
      if (read.unknownTimeZone !== undefined) this.#countZone(read.unknownTimeZone);
      if (read.state === 'left-out') {
        this.#counts.leftOut += 1;
        continue;
      }
      this.#gather(read.subscriber);
      this.#gatheredSinceMerge += 1;
      if (this.#gatheredSinceMerge >= groupSize) await this.#mergeGroup();
      if (this.#gathered.size >= windowSize) await this.#turnWindow();
    }
    if (rejected.length > 0) await this.#options.request.onRejects?.(rejected);
    this.#options.request.onProgress?.(this.#counts.rows);
  }

  async finish(columns: ColumnReport): Promise<ImportResult> {
    await this.#turnWindow();
    await this.#turnWindow();
    await this.#merging;
    const { 'unsubscribed-now': unsubscribedNow, 'suppressed-now': suppressedNow, ...counts } = this.#counts;
    return {
      ...counts,
      unsubscribedNow,
      suppressedNow,
      byReason: this.#byReason,
      byState: this.#byState,
      unknownTimeZones: Object.fromEntries(this.#unknownZones),
      columns,
      dryRun: this.#options.request.dryRun ?? false,
    };
  }

  /** Waits until no group is being merged, however the import ends. */
  settled = (): Promise<void> => this.#merging.catch(() => {});

  #countZone(zone: string): void {
    this.#counts.timeZonesIgnored += 1;
    const key = zone.slice(0, 60);
    const count = this.#unknownZones.get(key);
    if (count !== undefined || this.#unknownZones.size < maxListedZones)
      this.#unknownZones.set(key, (count ?? 0) + 1);
  }

  #reject(row: TableRow, reason: RejectReason): RejectedRow {
    this.#counts.rejected += 1;
    this.#byReason[reason] = (this.#byReason[reason] ?? 0) + 1;
    const about = { line: row.line, reason, sentence: rejectReasons[reason] };
    if ('fields' in row) return { ...about, fields: row.fields };
    if (row.rawFields === undefined) return { ...about, fields: [row.text] };
    return { ...about, fields: row.rawFields, areRaw: true };
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
    const isStricter = strictness[subscriber.state] > strictness[waiting.subscriber.state];
    const { state, suppressedBy } = isStricter ? subscriber : waiting.subscriber;
    waiting.subscriber = {
      ...waiting.subscriber,
      state,
      ...(suppressedBy === undefined ? {} : { suppressedBy }),
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
    await this.#merging;
    this.#merging = this.#merge(group);
    // The next group, or the end, throws.
    this.#merging.catch(() => {});
  }

  async #merge(group: readonly Waiting[]): Promise<void> {
    const { ports, publicationId, request } = this.#options;
    const outcomes = await ports.subscribers.mergeMany(
      group.map(({ subscriber }) => subscriber),
      { publicationId, source: 'import', now: request.now, dryRun: request.dryRun ?? false },
    );
    for (const [index, outcome] of outcomes.entries()) {
      this.#counts[group[index]?.isFirst === false ? this.#outcomeOfRepeated(outcome) : outcome] += 1;
    }
  }

  /** A later row of an address counts as merged, unless it is the one that opts out. */
  #outcomeOfRepeated(outcome: MergeOutcome): MergeOutcome | 'merged' {
    return outcome === 'unsubscribed-now' || outcome === 'suppressed-now' ? outcome : 'merged';
  }
}
