import { setTimeout as pause } from 'node:timers/promises';

import { runWorker } from '../../queue/main.ts';
import type { EditionStatus } from '../app/editions/edition-status.ts';
import type { Edition, EditionState } from '../domain/editions/edition.ts';
import { formatRate } from '../domain/numbers.ts';
import type { Accounting } from '../domain/sending/delivery.ts';
import type { IsoDate } from '../domain/units.ts';
import type { Services } from '../wire/open-services.ts';
import type { CliContext } from './context.ts';
import { startProgress } from './output/progress.ts';
import { formatEta } from './output/times.ts';

const pollEveryMs = 250;

/** The displayed rate is the average of the last ten seconds. */
const rateWindowMs = 10_000;

/**
 * Runs a worker in this process and shows progress until the edition is sent, paused or cancelled, or the
 * signal aborts.
 *
 * @param options.patienceMs returns after this long even if it is not over
 */
export async function followEdition(
  context: CliContext,
  services: Services,
  edition: Edition,
  options: { readonly patienceMs?: number } = {},
): Promise<EditionStatus> {
  const done = new AbortController();
  const { patienceMs } = options;
  const patience = patienceMs === undefined ? [] : [AbortSignal.timeout(patienceMs)];
  const signal = AbortSignal.any([context.signal, done.signal, ...patience]);
  const stop = () => done.abort();
  // Worker and progress display stop each other: a failed worker must end the command.
  const timeZone = await services.timeZone(edition);
  const read = async () => {
    const { edition: fresh, accounting } = await services.accounting(edition);
    return { state: fresh.state, accounting };
  };
  const { date, intended } = edition;
  const watched = { date, intended, timeZone, read, everyMs: pollEveryMs, signal };
  const worker = runWorker(services, { signal }).finally(stop);
  const watching = showProgress(context, watched).finally(stop);
  await Promise.allSettled([worker, watching]);
  await worker;
  await watching;
  // An edition that was stopped ends the worker in the moment in which its alarm was raised.
  if (!context.signal.aborted) await services.schedule.sendAlarms();
  return services.status(edition);
}

/** True if no more recipients of the edition will be attempted. */
export function isOver(state: EditionState, pending: number): boolean {
  if (state === 'cancelled') return pending === 0;
  return state !== 'sending';
}

interface Watched {
  readonly date: IsoDate;
  readonly intended: number;
  readonly timeZone: string;
  /** Reads state and counts as they are now. */
  readonly read: () => Promise<{ readonly state: EditionState; readonly accounting: Accounting }>;
  readonly everyMs: number;
  readonly signal: AbortSignal;
}

/** Shows progress until the edition is over or the signal aborts. */
export async function showProgress(context: CliContext, watched: Watched): Promise<void> {
  const { date, intended, timeZone, read, everyMs, signal } = watched;
  const samples: { readonly at: number; readonly done: number }[] = [];
  using progress = startProgress(context.io.stderr, { label: date, total: intended });
  while (!signal.aborted) {
    const { state, accounting } = await read();
    const done = accounting.intended - accounting.pending;
    const now = new Date();
    samples.push({ at: now.getTime(), done });
    while ((samples[0]?.at ?? 0) < now.getTime() - rateWindowMs) samples.shift();
    const perSecond = ratePerSecond(samples);
    const eta = formatEta({ pending: accounting.pending, perSecond }, { now, timeZone });
    progress.update(
      done,
      `${formatRate(perSecond)}${eta === undefined ? '' : `, done at ${eta} ${timeZone}`}`,
    );
    if (isOver(state, accounting.pending)) return;
    await pause(everyMs, undefined, { signal }).catch(() => undefined);
  }
}

function ratePerSecond(samples: readonly { readonly at: number; readonly done: number }[]): number {
  const first = samples[0];
  const last = samples[samples.length - 1];
  if (first === undefined || last === undefined || last.at === first.at) return 0;
  return ((last.done - first.done) * 1_000) / (last.at - first.at);
}
