import { suggestsOptOut } from '../../domain/subscribers/state-names.ts';

/** A column of more distinct values than this is not a state, though one of them is the word for one. */
const maxStateValues = 12;
/** Spellings of values that are remembered. */
const maxCells = 500;

/** Counts the distinct values of a column, up to `max` of them. */
export class ValueCounts {
  readonly #max: number;
  readonly #stopsAtMax: boolean;
  readonly #counts = new Map<string, { count: number }>();
  /** The same counts by the cells as they are written: most columns have few, and reading one takes time. */
  readonly #byCell = new Map<string, { count: number }>();
  #isOver = false;
  #showsOptOut = false;

  /** @param options.stopsAtMax counts nothing more once there are more values than `max` */
  constructor(max: number, options: { readonly stopsAtMax: boolean }) {
    this.#max = max;
    this.#stopsAtMax = options.stopsAtMax;
  }

  add(cell = ''): void {
    if (this.#isOver && this.#stopsAtMax) return;
    const counted = this.#byCell.get(cell) ?? this.#find(cell);
    if (counted !== undefined) counted.count += 1;
  }

  #find(cell: string): { count: number } | undefined {
    const value = normalizeCell(cell);
    let counted = this.#counts.get(value);
    if (counted === undefined) {
      if (this.#counts.size >= this.#max) {
        this.#isOver = true;
        return undefined;
      }
      if (suggestsOptOut(value)) this.#showsOptOut = true;
      counted = { count: 0 };
      this.#counts.set(value, counted);
    }
    if (this.#byCell.size < maxCells) this.#byCell.set(cell, counted);
    return counted;
  }

  /** True if a value said that a subscriber opted out. */
  get showsOptOut(): boolean {
    return this.#showsOptOut;
  }

  /** True if the value was counted, or came after too many others to be counted. */
  mayHave(value: string): boolean {
    return this.#counts.has(value) || this.#isOver;
  }

  /** Undefined if there are too many. */
  values(): readonly string[] | undefined {
    const values = [...this.#counts.keys()].filter((value) => value !== '');
    return values.length > maxStateValues ? undefined : values;
  }

  entries(): readonly (readonly [value: string, count: number])[] {
    return [...this.#counts].map(([value, { count }]) => [value, count]);
  }
}

/** Returns a cell as values are compared: without blanks around it, in lower case. */
export function normalizeCell(cell: string): string {
  // A value that long is no state; the end of it need not be compared.
  return cell.slice(0, 200).trim().normalize('NFC').toLowerCase();
}
