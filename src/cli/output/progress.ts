import type { Writable } from 'node:stream';

import { Presets, SingleBar } from 'cli-progress';

import { formatCount } from './numbers.ts';
import { isTerminal } from './paint.ts';

/** A line that shows how far something has come. */
export interface Progress extends Disposable {
  /** @param note whatever else is worth seeing: rate, time of the end */
  update(done: number, note?: string): void;
}

/**
 * A progress bar on a terminal, and nothing at all elsewhere: logs and pipes stay clean. Dispose of it
 * before anything else is written to the same stream.
 */
export function startProgress(
  stream: Writable,
  options: { readonly label: string; readonly total: number },
): Progress {
  if (!isTerminal(stream)) return silent;
  const bar = new SingleBar(
    {
      stream,
      format: '{label}  {bar}  {done} of {all}  {note}',
      barsize: 30,
      hideCursor: true,
      clearOnComplete: true,
      // It would install handlers for signals, and those are ours.
      gracefulExit: false,
      linewrap: false,
    },
    Presets.shades_classic,
  );
  const all = formatCount(options.total);
  bar.start(options.total, 0, { label: options.label, done: '0', all, note: '' });
  return {
    update: (done, note = '') =>
      bar.update(done, { label: options.label, done: formatCount(done), all, note }),
    [Symbol.dispose]: () => bar.stop(),
  };
}

const silent: Progress = { update: () => undefined, [Symbol.dispose]: () => undefined };
