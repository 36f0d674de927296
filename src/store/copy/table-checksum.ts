import { hash } from 'node:crypto';

export type Cell = string | number | Uint8Array | null;
export type Row = readonly Cell[];

/** The same for the same rows in any order, whichever database they come from. */
export class TableChecksum {
  rows = 0;
  #sum = 0n;

  add(row: Row): void {
    // Separated by lengths of their own, so that no two different rows give one text.
    const digest = hash('md5', JSON.stringify(row.map(toText)), 'hex');
    this.#sum = (this.#sum + BigInt(`0x${digest}`)) & mask;
    this.rows += 1;
  }

  equals(other: TableChecksum): boolean {
    return this.rows === other.rows && this.#sum === other.#sum;
  }
}

const mask = (1n << 128n) - 1n;

function toText(cell: Cell): string | number | null {
  return cell instanceof Uint8Array ? `x${Buffer.from(cell).toString('hex')}` : cell;
}
