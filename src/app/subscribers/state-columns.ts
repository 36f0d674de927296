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
import { AppError } from '../../errors/app-error.ts';

export interface StateOptions {
  /** Index of the column that `--map state=` names. */
  readonly mapped: number | undefined;
  /** Simplified names of columns without a state, whatever they look like. */
  readonly ignore: ReadonlySet<string>;
  /** Meanings of further values, in lower case; the empty text means an empty cell. */
  readonly words: ReadonlyMap<string, RowState>;
  /** The state of all rows, unless a column says something stricter. */
  readonly as: RowState | undefined;
}

interface Reading {
  readonly index: number;
  readonly name: string;
  readonly column: StateColumn;
  readonly counts: ValueCounts;
}

/** Distinct values that are counted in a column whose name says that it is a state. */
const maxNamedValues = 50;
/** A column of more distinct values than this is not a state, whatever they are. */
const maxStateValues = 12;

/**
 * Finds the columns that show a state. `survey` every row first, then call `requireUnderstood`, then read the
 * state of each row.
 */
export class StateColumns {
  /** The system whose export this is, if it is a known one. */
  readonly system: string | undefined;
  readonly #options: StateOptions;
  readonly #header: readonly string[];
  readonly #named: readonly Reading[];
  readonly #others: readonly { readonly index: number; readonly counts: ValueCounts }[];
  #byValue: readonly Reading[] = [];

  constructor(header: readonly string[], taken: ReadonlySet<number>, options: StateOptions) {
    this.#options = options;
    this.#header = header;
    const names = header.map(simplifyColumn);
    const format = exportFormats.find(({ has }) => has.every((name) => names.includes(name)));
    this.system = format?.system;
    this.#named = names.flatMap((name, index): Reading[] => {
      if (taken.has(index) || options.ignore.has(name)) return [];
      const column =
        index === options.mapped
          ? { values: stateWords }
          : (format?.columns[name] ?? (looksLikeState(name, names) ? columnByName(name) : undefined));
      return column === undefined
        ? []
        : [{ index, name: header[index] ?? '', column, counts: new ValueCounts(maxNamedValues) }];
    });
    const known = new Set(this.#named.map(({ index }) => index));
    this.#others = names.flatMap((name, index) =>
      taken.has(index) || known.has(index) || options.ignore.has(name)
        ? []
        : [{ index, counts: new ValueCounts(maxStateValues) }],
    );
  }

  survey(fields: readonly string[]): void {
    for (const { index, counts } of this.#named) counts.add(fields[index]);
    for (const { index, counts } of this.#others) counts.add(fields[index]);
  }

  /**
   * Call after the survey of all rows.
   *
   * @throws AppError IMPORT_INVALID if a column looks like a state but has values without a known meaning.
   */
  requireUnderstood(): void {
    this.#byValue = this.#others.flatMap(({ index, counts }): Reading[] => {
      const values = counts.values();
      const isState = values?.some((value) => optOuts.has(stateWords[value] ?? 'active')) ?? false;
      const name = this.#header[index] ?? '';
      return isState ? [{ index, name, column: { values: stateWords }, counts }] : [];
    });
    if (this.#options.as !== undefined) return;
    for (const reading of this.columns) {
      const unknown = [...reading.counts.entries()].filter(
        ([value]) => this.#meaning(reading.column, value) === undefined,
      );
      if (unknown.length > 0) throw notUnderstood(reading.name, unknown);
    }
  }

  get columns(): readonly Reading[] {
    return [...this.#named, ...this.#byValue];
  }

  /** Returns the strictest state that a column shows; undefined if a value has no known meaning. */
  read(fields: readonly string[]): RowState | undefined {
    const { as } = this.#options;
    let state: RowState = as ?? 'active';
    for (const { index, column } of this.columns) {
      const shown = this.#meaning(column, normalize(fields[index]));
      if (shown === undefined && as === undefined) return undefined;
      if (shown !== undefined) state = stricter(state, shown);
    }
    return state;
  }

  #meaning(column: StateColumn, value: string): RowState | undefined {
    const told = this.#options.words.get(value);
    if (told !== undefined) return told;
    const values = column.values ?? {};
    if (Object.hasOwn(values, value)) return values[value];
    return noValue.test(value) ? column.empty : column.filled;
  }
}

const optOuts: ReadonlySet<RowState> = new Set(['unsubscribed', 'suppressed', 'bounced', 'complained']);

class ValueCounts {
  readonly #max: number;
  readonly #counts = new Map<string, number>();
  #isOver = false;

  constructor(max: number) {
    this.#max = max;
  }

  add(cell: string | undefined): void {
    if (this.#isOver && this.#max === maxStateValues) return;
    const value = normalize(cell);
    const count = this.#counts.get(value);
    if (count === undefined && this.#counts.size >= this.#max) {
      this.#isOver = true;
      if (this.#max === maxStateValues) this.#counts.clear();
      return;
    }
    this.#counts.set(value, (count ?? 0) + 1);
  }

  /** Undefined if there are too many. */
  values(): readonly string[] | undefined {
    return this.#isOver ? undefined : [...this.#counts.keys()].filter((value) => value !== '');
  }

  entries(): Iterable<[string, number]> {
    return this.#counts.entries();
  }
}

function normalize(cell: string | undefined): string {
  // A value that long is no state; the end of it need not be compared.
  return (cell ?? '').slice(0, 200).trim().toLowerCase();
}

/** "state" beside a city or a postal code is a part of an address. */
function looksLikeState(name: string, names: readonly string[]): boolean {
  if (!stateColumnNames.includes(name)) return false;
  const isPostal = names.some((other) =>
    /^(?:city|town|zip|zipcode|postcode|postalcode|country|street|address1?)$/u.test(other),
  );
  return name !== 'state' || !isPostal;
}

function columnByName(name: string): StateColumn {
  const ifFilled = timeColumns[name];
  if (ifFilled !== undefined) return { filled: ifFilled, empty: 'active' };
  const ifNot = consentColumns[name];
  const ifTrue = flagColumns[name] ?? (ifNot === undefined ? undefined : 'active');
  if (ifTrue === undefined) return { values: stateWords };
  const flags = [
    ...trueWords.map((word) => [word, ifTrue] as const),
    ...falseWords.map((word) => [word, ifNot ?? 'active'] as const),
  ];
  return { values: { ...stateWords, ...Object.fromEntries(flags) } };
}

const maxListed = 8;

function notUnderstood(name: string, unknown: readonly (readonly [string, number])[]): AppError {
  const listed = unknown
    .toSorted((a, b) => b[1] - a[1])
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
      hint: `Say what they mean: \`--state "${example.slice(0, 60)}=unsubscribed"\` (repeatable; "=active" for empty cells), \`--as unsubscribed|suppressed|pending|active\` for the whole file, or \`--ignore "${name.slice(0, 60)}"\` if it is no state.`,
    },
  );
}
