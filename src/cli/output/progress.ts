import type { Writable } from 'node:stream';

import { MultiBar, Presets } from 'cli-progress';

import { formatCount } from './numbers.ts';
import { isTerminal } from './paint.ts';

/** A line that shows how far something has come. */
export interface Progress extends Disposable {
  /** @param note whatever else is worth seeing: rate, time of the end */
  update(done: number, note?: string): void;
}

/**
 * A progress bar on a terminal, and nothing at all elsewhere: logs and pipes stay clean. Whole lines may
 * be written meanwhile by what clears the line first, as `terminalLog` does.
 */
export function startProgress(
  stream: Writable,
  options: { readonly label: string; readonly total: number },
): Progress {
  if (!isTerminal(stream)) return silent;
  // A SingleBar goes back to where it began when it ends, and would overwrite lines written meanwhile.
  const bars = new MultiBar(
    {
      stream,
      format: '{label}  {bar}  {done} of {all}  {note}',
      barsize: 30,
      hideCursor: true,
      clearOnComplete: true,
      // It would install handlers for signals, and those are ours.
      gracefulExit: false,
      linewrap: false,
      // After a line of the log the bar stands on the next one.
      forceRedraw: true,
    },
    Presets.shades_classic,
  );
  const all = formatCount(options.total);
  const bar = bars.create(options.total, 0, { label: options.label, done: '0', all, note: '' });
  bars.update();
  return {
    update: (done, note = '') =>
      bar.update(done, { label: options.label, done: formatCount(done), all, note }),
    [Symbol.dispose]: () => bars.stop(),
  };
}

const silent: Progress = { update: () => undefined, [Symbol.dispose]: () => undefined };
