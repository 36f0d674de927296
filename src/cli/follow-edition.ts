import { setTimeout as pause } from 'node:timers/promises';

import { runWorker } from '../../queue/main.ts';
import type { EditionStatus } from '../app/edition-status.ts';
import type { Edition, EditionState } from '../domain/edition.ts';
import type { Services } from '../wire.ts';
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
 * signal aborts. With `serve` this process is a worker meanwhile.
 */
export async function followEdition(
  context: CliContext,
  services: Services,
  options: { readonly edition: Edition; readonly serve: boolean },
): Promise<EditionStatus> {
  const { edition } = options;
  const done = new AbortController();
  const signal = AbortSignal.any([context.signal, done.signal]);
  const worker = options.serve ? runWorker(services, { signal }) : Promise.resolve();
  try {
    await watch(context, services, edition);
  } finally {
    done.abort();
    await worker;
  }
  return services.status(edition);
}

async function watch(context: CliContext, services: Services, edition: Edition): Promise<void> {
  const timeZone = await services.timeZone(edition);
  const samples: { readonly at: number; readonly done: number }[] = [];
  using progress = startProgress(context.io.stderr, { label: edition.date, total: edition.intended });
  while (!context.signal.aborted) {
    const askedAt = performance.now();
    const { edition: fresh, accounting } = await services.status(edition);
    const lookMs = performance.now() - askedAt;
    const done = accounting.intended - accounting.pending;
    const now = new Date();
    samples.push({ at: now.getTime(), done });
    while ((samples[0]?.at ?? 0) < now.getTime() - rateWindowMs) samples.shift();
    const perSecond = ratePerSecond(samples);
    const eta = formatEta({ pending: accounting.pending, perSecond }, { now, timeZone });
    progress.update(done, `${formatRate(perSecond)}${eta === undefined ? '' : `, done at ${eta}`}`);
    if (isOver(fresh.state, accounting.pending)) return;
    await pause(Math.max(lookEveryMs, lookMs * lookShare), undefined, { signal: context.signal }).catch(
      () => undefined,
    );
  }
}

function isOver(state: EditionState, pending: number): boolean {
  if (state === 'cancelled') return pending === 0;
  return state !== 'sending';
}

function ratePerSecond(samples: readonly { readonly at: number; readonly done: number }[]): number {
  const first = samples[0];
  const last = samples[samples.length - 1];
  if (first === undefined || last === undefined || last.at === first.at) return 0;
  return ((last.done - first.done) * 1_000) / (last.at - first.at);
}
