import { formatCounted } from '../../domain/numbers.ts';
import { exportFormats } from '../../domain/subscribers/export-formats.ts';
import type { StateColumn } from '../../domain/subscribers/export-formats.ts';
import {
  consentColumns,
  falseWords,
  flagColumns,
  noValue,
  simplifyColumn,
  stateColumnNames,
  stateWords,
  stricter,
  timeColumns,
  trueWords,
} from '../../domain/subscribers/row-states.ts';
import type { RowState } from '../../domain/subscribers/row-states.ts';
import { leavingTime, suggestsOptOut, suggestsState } from '../../domain/subscribers/state-names.ts';
import { AppError } from '../../errors/app-error.ts';
import { normalizeCell, ValueCounts } from './value-counts.ts';

export interface StateOptions {
  /** Index of the column that `--map state=` names. */
  readonly mapped: number | undefined;
  /** Simplified names of columns without a state, whatever they look like. */
  readonly ignore: ReadonlySet<string>;
  /**
   * Meanings of further values, in lower case, or of `column:value` for one column; the empty text means an empty
   * cell.
   */
  readonly words: ReadonlyMap<string, RowState>;
  /** The state of all rows, unless a column says something stricter. */
  readonly as: RowState | undefined;
}

interface Reading {
  readonly index: number;
  readonly name: string;
  readonly column: StateColumn;
  readonly counts: ValueCounts;
  /** Meanings found already, by cell. */
  readonly meanings: Map<string, RowState | undefined>;
}

/** Cells of a column whose meanings are kept; a column of times has a million. */
const maxMeanings = 500;
/** Distinct values that are counted in a column whose name says that it is a state. */
const maxNamedValues = 50;
/** A column of more distinct values than this has no tags or groups either. */
const maxOtherValues = 200;

/**
 * Finds the columns that show a state. `survey` every row first, then call `requireUnderstood`, then read the
 * state of each row.
 */
export class StateColumns {
  /** The system whose export this is, if it is a known one. */
  readonly system: string | undefined;
  readonly #options: StateOptions;
  /** As in the options; with the simplified name of the column before a `:`. */
  readonly #words: ReadonlyMap<string, RowState>;
  readonly #header: readonly string[];
  readonly #named: readonly Reading[];
  readonly #others: readonly { readonly index: number; readonly counts: ValueCounts }[];
  #columns: readonly Reading[] = [];

  constructor(header: readonly string[], taken: ReadonlySet<number>, options: StateOptions) {
    this.#options = options;
    this.#header = header;
    const names = header.map(simplifyColumn);
    this.#words = new Map([...options.words].map(([word, state]) => [scoped(word, names), state]));
    const format = exportFormats.find(({ has }) => has.every((name) => names.includes(name)));
    this.system = format?.system;
    const readingOf = (index: number, name: string): StateColumn | undefined => {
      if (index === options.mapped) return { values: stateWords };
      if (taken.has(index) || options.ignore.has(name)) return undefined;
      const title = header[index] ?? '';
      return format?.columns[name] ?? (looksLikeState(title, names) ? columnByName(name, title) : undefined);
    };
    this.#named = names.flatMap((name, index): Reading[] => {
      const column = readingOf(index, name);
      if (column === undefined) return [];
      const counts = new ValueCounts(maxNamedValues, { stopsAtMax: false });
      return [{ index, name: header[index] ?? '', column, counts, meanings: new Map() }];
    });
    const known = new Set(this.#named.map(({ index }) => index));
    this.#others = names.flatMap((name, index) =>
      taken.has(index) || known.has(index) || options.ignore.has(name)
        ? []
        : [{ index, counts: new ValueCounts(maxOtherValues, { stopsAtMax: true }) }],
    );
  }

  /** False if every column has another meaning: then no row can show a state. */
  get needsSurvey(): boolean {
    return this.#named.length > 0 || this.#others.length > 0;
  }

  survey(fields: readonly string[]): void {
    for (const { index, counts } of this.#named) counts.add(fields[index]);
    for (const { index, counts } of this.#others) counts.add(fields[index]);
  }

  /**
   * Call after the survey of all rows.
   *
   * @throws AppError IMPORT_INVALID if a column looks like a state but has values without a known meaning, or if a
   *   meaning was given for a value that no such column has.
   */
  requireUnderstood(): void {
    // An export of a known system has a column for it: its tags and notes are none.
    const byValue = this.#others.flatMap(({ index, counts }): Reading[] => {
      const isState =
        (this.system === undefined && counts.showsOptOut) ||
        (counts.values()?.some((value) => optOuts.has(stateWords[value] ?? 'active')) ?? false);
      const name = this.#header[index] ?? '';
      return isState ? [{ index, name, column: { values: stateWords }, counts, meanings: new Map() }] : [];
    });
    this.#columns = [...this.#named, ...byValue];
    this.#requireUsed();
    if (this.#options.as !== undefined) return;
    for (const reading of this.columns) {
      const unknown = [...reading.counts.entries()].filter(
        ([value]) => this.#meaning(reading, value) === undefined,
      );
      if (unknown.length > 0) throw notUnderstood(reading.name, unknown);
    }
  }

  get columns(): readonly Reading[] {
    return this.#columns;
  }

  /** Returns the strictest state that a column shows; undefined if a value has no known meaning. */
  read(fields: readonly string[]): RowState | undefined {
    const { as } = this.#options;
    let state: RowState = as ?? 'active';
    for (const reading of this.#columns) {
      const shown = this.#meaningOfCell(reading, fields[reading.index] ?? '');
      if (shown === undefined && as === undefined) return undefined;
      if (shown !== undefined) state = stricter(state, shown);
    }
    return state;
  }

  #meaningOfCell(reading: Reading, cell: string): RowState | undefined {
    const { meanings } = reading;
    const known = meanings.get(cell);
    if (known !== undefined || meanings.has(cell)) return known;
    const meaning = this.#meaning(reading, normalizeCell(cell));
    if (meanings.size < maxMeanings) meanings.set(cell, meaning);
    return meaning;
  }

  #meaning({ name, column }: Reading, value: string): RowState | undefined {
    const given = this.#words.get(`${simplifyColumn(name)}:${value}`) ?? this.#words.get(value);
    if (given !== undefined) return given;
    if (value === '') return column.empty;
    const values = column.values ?? {};
    if (Object.hasOwn(values, value)) return values[value];
    return noValue.test(value) ? column.empty : column.filled;
  }

  /** A misspelt value, or a column that is not read, must not leave opt-outs active. */
  #requireUsed(): void {
    const columns = this.columns;
    for (const word of this.#words.keys()) {
      const isUsed = columns.some(({ name, counts }) => {
        const prefix = `${simplifyColumn(name)}:`;
        return counts.mayHave(word) || (word.startsWith(prefix) && counts.mayHave(word.slice(prefix.length)));
      });
      if (!isUsed) throw this.#unused(word);
    }
  }

  #unused(word: string): AppError {
    const found = this.#others.find(({ counts }) => counts.values()?.includes(word) === true);
    const value = word === '' ? 'empty cells' : `"${word.slice(0, 60)}"`;
    const read = this.columns.map(({ name }) => `"${name.slice(0, 60)}"`).join(', ');
    let why =
      read === '' ? 'no column is read as a state' : `the columns of states (${read}) have no such value`;
    let hint = 'Name the column with `--map state=COLUMN`, or correct or leave out this `--state`.';
    if (found !== undefined) {
      const title = (this.#header[found.index] ?? '').slice(0, 60);
      why = `it occurs in the column "${title}", which is not read as a state`;
      hint = `Add \`--map state="${title}"\`.`;
    }
    const message = `\`--state\` gives a meaning to ${value}, but ${why}. Nothing was imported.`;
    return new AppError('IMPORT_INVALID', message, { hint });
  }
}

/** The column before a `:` is compared without blanks and punctuation. */
function scoped(word: string, names: readonly string[]): string {
  const at = word.indexOf(':');
  const column = simplifyColumn(word.slice(0, Math.max(0, at)));
  return names.includes(column) && column !== '' ? `${column}:${word.slice(at + 1).trim()}` : word;
}

const optOuts: ReadonlySet<RowState> = new Set(['unsubscribed', 'suppressed', 'bounced', 'complained']);

function looksLikeState(title: string, names: readonly string[]): boolean {
  const name = simplifyColumn(title);
  return (name !== 'state' && stateColumnNames.includes(name)) || suggestsState(title, names);
}

function columnByName(name: string, title: string): StateColumn {
  const ifFilled = timeColumns[name];
  if (ifFilled !== undefined) return { filled: ifFilled, empty: 'active' };
  const ifNot = consentColumns[name];
  const ifTrue = flagColumns[name] ?? (ifNot === undefined ? undefined : 'active');
  if (ifTrue === undefined) return leavingTime(title) ?? { values: stateWords };
  const flags = [
    ...trueWords.map((word) => [word, ifTrue] as const),
    ...falseWords.map((word) => [word, ifNot ?? 'active'] as const),
  ];
  return { values: { ...stateWords, ...Object.fromEntries(flags) } };
}

const maxListed = 8;

function notUnderstood(name: string, unknown: readonly (readonly [string, number])[]): AppError {
  const listed = unknown
    .toSorted((a, b) => Number(suggestsOptOut(b[0])) - Number(suggestsOptOut(a[0])) || b[1] - a[1])
    .slice(0, maxListed)
    .map(
      ([value, count]) =>
        `${value === '' ? 'empty' : `"${value.slice(0, 60)}"`} (${formatCounted(count, 'row')})`,
    );
  const more = unknown.length > maxListed ? ` and ${unknown.length - maxListed} more` : '';
  const example = unknown[0]?.[0] ?? '';
  return new AppError(
    'IMPORT_INVALID',
    `The column "${name.slice(0, 60)}" looks like a subscription state, but not all of its values are understood: ${listed.join(', ')}${more}. Nothing was imported.`,
    {
      hint: `Say what they mean: \`--state "${example.slice(0, 60)}=unsubscribed"\` (repeatable; "=active" for empty cells; "${simplifyColumn(name).slice(0, 60)}:${example.slice(0, 60)}=..." for this column alone), \`--as unsubscribed|suppressed|pending|active\` for the whole file, or \`--ignore "${name.slice(0, 60)}"\` if it is not a state.`,
    },
  );
}
