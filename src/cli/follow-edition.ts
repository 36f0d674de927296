import { setTimeout as pause } from 'node:timers/promises';

import { runWorker } from '../../queue/main.ts';
import type { EditionStatus } from '../app/editions/edition-status.ts';
import type { Edition, EditionState } from '../domain/editions/edition.ts';
import { formatRate } from '../domain/numbers.ts';
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
  const worker = runWorker(services, { signal }).finally(stop);
  const watching = watch(context, services, { edition, signal }).finally(stop);
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

async function watch(
  context: CliContext,
  services: Services,
  options: { readonly edition: Edition; readonly signal: AbortSignal },
): Promise<void> {
  const { edition, signal } = options;
  const timeZone = await services.timeZone(edition);
  const samples: { readonly at: number; readonly done: number }[] = [];
  using progress = startProgress(context.io.stderr, { label: edition.date, total: edition.intended });
  while (!signal.aborted) {
    const { edition: fresh, accounting } = await services.accounting(edition);
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
    if (isOver(fresh.state, accounting.pending)) return;
    await pause(pollEveryMs, undefined, { signal }).catch(() => undefined);
  }
}

function ratePerSecond(samples: readonly { readonly at: number; readonly done: number }[]): number {
  const first = samples[0];
  const last = samples[samples.length - 1];
  if (first === undefined || last === undefined || last.at === first.at) return 0;
  return ((last.done - first.done) * 1_000) / (last.at - first.at);
}
