import { setTimeout as pause } from 'node:timers/promises';

import { runWorker } from '../../queue/main.ts';
import type { EditionStatus } from '../app/editions/edition-status.ts';
import type { Edition, EditionState } from '../domain/editions/edition.ts';
import type { Services } from '../wire/open-services.ts';
import type { CliContext } from './context.ts';
import { formatRate } from './output/numbers.ts';
import { startProgress } from './output/progress.ts';
import { formatEta } from './output/times.ts';

const lookEveryMs = 250;

/** Counting a million rows takes a while, so looking never takes more than a tenth of the time. */
const lookShare = 9;

/** The rate shown is that of the last ten seconds. */
const rateWindowMs = 10_000;

/**
 * Stays with an edition until nobody is being served any more: it is sent, paused or cancelled, or the
 * signal aborts. This process is a worker meanwhile.
 */
export async function followEdition(
  context: CliContext,
  services: Services,
  edition: Edition,
): Promise<EditionStatus> {
  const done = new AbortController();
  const signal = AbortSignal.any([context.signal, done.signal]);
  const stop = () => done.abort();
  // Whichever ends first ends the other: nobody watches a worker that failed.
  const worker = runWorker(services, { signal }).finally(stop);
  const watching = watch(context, services, { edition, signal }).finally(stop);
  await Promise.allSettled([worker, watching]);
  await worker;
  await watching;
  return services.status(edition);
}

/** Whether nobody of the edition is being served any more. */
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
    const askedAt = performance.now();
    const { edition: fresh, accounting } = await services.status(edition);
    const lookMs = performance.now() - askedAt;
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
    await pause(Math.max(lookEveryMs, lookMs * lookShare), undefined, { signal }).catch(() => undefined);
  }
}

function ratePerSecond(samples: readonly { readonly at: number; readonly done: number }[]): number {
  const first = samples[0];
  const last = samples[samples.length - 1];
  if (first === undefined || last === undefined || last.at === first.at) return 0;
  return ((last.done - first.done) * 1_000) / (last.at - first.at);
}
