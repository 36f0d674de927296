import type { RowReason } from '../../domain/subscribers/import-row.ts';
import { maxRowBytes } from './read-lines.ts';
import type { Line } from './read-lines.ts';

/** The text of one row, which spans lines where a quoted field does, or why it is none. */
export type Frame =
  | { readonly line: number; readonly text: string }
  | { readonly line: number; readonly text: string; readonly reason: RowReason };

export interface FramerOptions {
  /** Looks at a row that spans several lines, given line by line. */
  readonly judge: (lines: readonly string[]) => 'fine' | 'broken' | 'spans-rows';
}

/**
 * Finds where rows begin and end, so that a broken one costs only itself. A line with an odd number of
 * double quotes goes on in the next one, as RFC 4180 section 2 rule 6 has it. Where the quote is not
 * closed within 64 KB, or what it closes with is no row, only the line that opened it is given up and
 * reading goes on with the line after it.
 */
export class RowFramer {
  readonly #options: FramerOptions;
  /** The lines of a row that is still open. */
  #open: { readonly number: number; readonly text: string }[] = [];
  #openLength = 0;

  constructor(options: FramerOptions) {
    this.#options = options;
  }

  push(lines: readonly Line[]): readonly Frame[] {
    const frames: Frame[] = [];
    // A stack of lines to parse again; the next one is last.
    const again: Line[] = [];
    for (const line of lines) {
      again.push(line);
      for (let next = again.pop(); next !== undefined; next = again.pop()) this.#take(next, frames, again);
    }
    return frames;
  }

  end(): readonly Frame[] {
    const frames: Frame[] = [];
    const again: Line[] = [];
    while (this.#open.length > 0) {
      this.#giveUp('row-quote-unclosed', frames, again);
      for (let next = again.pop(); next !== undefined; next = again.pop()) this.#take(next, frames, again);
    }
    return frames;
  }

  #take(line: Line, frames: Frame[], again: Line[]): void {
    const isOpen = this.#open.length > 0;
    if ('reason' in line) {
      if (!isOpen) {
        frames.push({ line: line.number, text: line.text, reason: line.reason });
        return;
      }
      again.push(line);
      this.#giveUp('row-quote-unclosed', frames, again);
      return;
    }
    if (!isOpen && line.text.trim() === '') return;
    const lineEnds = hasOddQuotes(line.text);
    if (!isOpen && !lineEnds) {
      frames.push({ line: line.number, text: line.text });
      return;
    }
    this.#open.push(line);
    this.#openLength += line.text.length + 1;
    if (this.#openLength > maxRowBytes) this.#giveUp('row-quote-unclosed', frames, again);
    else if (isOpen && lineEnds) this.#close(frames, again);
  }

  #close(frames: Frame[], again: Line[]): void {
    const texts = this.#open.map((line) => line.text);
    const verdict = this.#options.judge(texts);
    if (verdict === 'broken') {
      this.#giveUp('row-quoting', frames, again);
      return;
    }
    const frame = { line: this.#open[0]?.number ?? 0, text: texts.join('\n') };
    frames.push(verdict === 'fine' ? frame : { ...frame, reason: 'row-spans-rows' });
    this.#reset();
  }

  /** Rejects the line that opened the row; the others are read again. */
  #giveUp(reason: RowReason, frames: Frame[], again: Line[]): void {
    const [first, ...others] = this.#open;
    this.#reset();
    if (first !== undefined) frames.push({ line: first.number, text: first.text, reason });
    again.push(...others.toReversed());
  }

  #reset(): void {
    this.#open = [];
    this.#openLength = 0;
  }
}

function hasOddQuotes(text: string): boolean {
  let odd = false;
  for (let at = text.indexOf('"'); at !== -1; at = text.indexOf('"', at + 1)) odd = !odd;
  return odd;
}
