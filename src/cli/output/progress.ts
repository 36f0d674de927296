import { createRequire } from 'node:module';
import type { Writable } from 'node:stream';

import type * as cliProgress from 'cli-progress';

import { formatCount } from '../../domain/numbers.ts';
import { isTerminal } from './paint.ts';

type CliProgress = typeof cliProgress;

/** A progress display. */
export interface Progress extends Disposable {
  /** @param note more to show, such as rate and estimated end */
  update(done: number, note?: string): void;
}

/**
 * Shows a progress bar on a terminal, and nothing elsewhere, so that logs and pipes stay clean. Other lines may
 * be written meanwhile if the writer clears the line first, as `terminalLog` does.
 */
export function startProgress(
  stream: Writable,
  options: { readonly label: string; readonly total: number },
): Progress {
  if (!isTerminal(stream)) return silent;
  // Loaded here, because only a long command on a terminal needs it.
  const { MultiBar, Presets } = createRequire(import.meta.url)('cli-progress') as CliProgress;
  // A SingleBar returns to its first line when it ends and would overwrite lines written meanwhile.
  const bars = new MultiBar(
    {
      stream,
      format: '{label}  {bar}  {done} of {all}  {note}',
      barsize: 30,
      hideCursor: true,
      clearOnComplete: true,
      // Signals are handled by `Interruption`.
      gracefulExit: false,
      linewrap: false,
      // After a log line the bar is drawn on the next line.
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
