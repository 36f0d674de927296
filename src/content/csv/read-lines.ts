import { isUtf8 } from 'node:buffer';

import { refuseHead } from './refuse-head.ts';

/**
 * One line of a text file without its end, or the reason why it cannot be read. Counts from 1. The text of a line
 * that is not UTF-8 is Latin-1, one character a byte.
 */
export type Line =
  | { readonly number: number; readonly text: string }
  | { readonly number: number; readonly text: string; readonly reason: 'row-too-long' | 'row-not-utf8' };

export const maxRowBytes = 64 * 1024;
const pieceBytes = 64 * 1024;
const previewLength = 200;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/**
 * Cuts UTF-8 text into lines, in groups, at LF, CR LF or CR, whatever the sizes in which the bytes come.
 * Holds at most about 200 KB: of a line above 64 KB only the beginning is kept.
 *
 * @throws AppError IMPORT_INVALID when the first 64 KB show that this is no UTF-8 text.
 */
export async function* readLines(source: AsyncIterable<Uint8Array>): AsyncGenerator<readonly Line[]> {
  const splitter = new LineSplitter();
  for await (const piece of withCheckedHead(source)) {
    const lines = splitter.push(piece);
    if (lines.length > 0) yield lines;
  }
  const rest = splitter.end();
  if (rest.length > 0) yield rest;
}

/** Gathers the first 64 KB, looks at them, drops the byte order mark, and gives equal pieces from there on. */
async function* withCheckedHead(source: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let head: Buffer | undefined = Buffer.alloc(0);
  for await (const chunk of source) {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    if (head === undefined) {
      yield* pieces(bytes);
      continue;
    }
    head = Buffer.concat([head, bytes]);
    if (head.length < pieceBytes) continue;
    yield* pieces(checked(head));
    head = undefined;
  }
  if (head !== undefined) yield* pieces(checked(head));
}

function checked(head: Buffer): Buffer {
  refuseHead(head.subarray(0, pieceBytes), { isWhole: head.length <= pieceBytes });
  const hasMark = head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf;
  return hasMark ? head.subarray(3) : head;
}

function* pieces(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
}

/** Holds the beginning of the line that the next piece goes on with. */
class LineSplitter {
  #carry: Buffer = Buffer.alloc(0);
  /** The beginning of a line that is too long; the rest of it is dropped as it comes. */
  #overlong: string | undefined;
  #number = 0;

  push(piece: Buffer): readonly Line[] {
    let bytes = this.#carry.length === 0 ? piece : Buffer.concat([this.#carry, piece]);
    const lines: Line[] = [];
    if (this.#overlong !== undefined) {
      const end = firstLineEnd(bytes);
      if (end === undefined) {
        this.#carry = bytes.at(-1) === carriageReturn ? Buffer.from('\r') : Buffer.alloc(0);
        return lines;
      }
      lines.push(this.#tooLong(this.#overlong));
      this.#overlong = undefined;
      bytes = bytes.subarray(end);
    }
    const cut = afterLastLineEnd(bytes);
    this.#cutLines(bytes.subarray(0, cut), lines);
    // A copy, because the stream may reuse the buffer.
    this.#carry = Buffer.from(bytes.subarray(cut));
    if (this.#carry.length > maxRowBytes) {
      this.#overlong = preview(this.#carry);
      this.#carry = this.#carry.at(-1) === carriageReturn ? Buffer.from('\r') : Buffer.alloc(0);
    }
    return lines;
  }

  end(): readonly Line[] {
    if (this.#overlong !== undefined) return [this.#tooLong(this.#overlong)];
    const lines: Line[] = [];
    if (this.#carry.length > 0) {
      const ended =
        this.#carry.at(-1) === carriageReturn ? this.#carry : Buffer.concat([this.#carry, Buffer.from('\n')]);
      this.#cutLines(ended, lines);
    }
    return lines;
  }

  /** `bytes` are whole lines, each with its end. */
  #cutLines(bytes: Buffer, lines: Line[]): void {
    if (bytes.length === 0) return;
    if (isUtf8(bytes)) {
      this.#cutText(bytes, lines);
      return;
    }
    let at = 0;
    while (at < bytes.length) {
      const end = firstLineEnd(bytes.subarray(at)) ?? bytes.length - at;
      const line = bytes.subarray(at, at + end);
      at += end;
      if (isUtf8(line)) {
        this.#cutText(line, lines);
      } else {
        this.#number += 1;
        const text = line.toString('latin1').replace(/[\r\n]+$/, '');
        lines.push({ number: this.#number, text, reason: 'row-not-utf8' });
      }
    }
  }

  /** Decodes line by line: a cell that is kept then keeps its line in memory, not 64 KB of the file. */
  #cutText(bytes: Buffer, lines: Line[]): void {
    let start = 0;
    for (let at = 0; at < bytes.length; at += 1) {
      const byte = bytes[at];
      if (byte !== lineFeed && byte !== carriageReturn) continue;
      const text = bytes.toString('utf8', start, at);
      lines.push(at - start > maxRowBytes ? this.#tooLong(text.slice(0, previewLength)) : this.#line(text));
      if (byte === carriageReturn && bytes[at + 1] === lineFeed) at += 1;
      start = at + 1;
    }
  }

  #line(text: string): Line {
    this.#number += 1;
    return { number: this.#number, text };
  }

  #tooLong(text: string): Line {
    this.#number += 1;
    return { number: this.#number, text, reason: 'row-too-long' };
  }
}

/** Where the next line begins, or undefined where none does for sure: a last CR may belong to a CR LF. */
function firstLineEnd(bytes: Buffer): number | undefined {
  const feed = bytes.indexOf(lineFeed);
  const before = feed === -1 ? bytes : bytes.subarray(0, feed);
  const carriage = before.indexOf(carriageReturn);
  if (carriage === -1) return feed === -1 ? undefined : feed + 1;
  if (carriage + 1 === feed) return feed + 1;
  return carriage + 1 < bytes.length ? carriage + 1 : undefined;
}

function afterLastLineEnd(bytes: Buffer): number {
  const feed = bytes.lastIndexOf(lineFeed);
  const carriage = bytes.length < 2 ? -1 : bytes.lastIndexOf(carriageReturn, bytes.length - 2);
  return Math.max(feed, carriage) + 1;
}

function preview(bytes: Buffer): string {
  return bytes
    .subarray(0, previewLength)
    .toString('utf8')
    .replace(/[\r\n]+$/, '');
}
