import { once } from 'node:events';

import type { Services } from '../src/wire.ts';
import type { RepeatingJob } from './port.ts';
import { processDeliverBatch } from './workers/deliver-batch.ts';
import { processSendMail } from './workers/send-mail.ts';
import { processSignUp } from './workers/sign-up.ts';

/** How soon work that nobody announced is found. */
const sweepIntervalMs = 250;

/** How late the morning clock may be, and how soon ops hear of it. */
const clockIntervalMs = 1_000;

/** What is in flight gets this long after a stop; then its connections are cut and its answers settled. */
const drainMs = 7_000;

/**
 * Runs a worker until the signal aborts: serves batches as they come and sweeps for those nobody
 * announced; with `clock` it also sends editions at their minute. Resolves in under ten seconds after the
 * abort, with everything in flight settled and every lease released.
 */
export async function runWorker(
  services: Services,
  options: { readonly signal: AbortSignal; readonly clock?: boolean },
): Promise<void> {
  const { signal } = options;
  const { queue } = services;
  const worker = await services.createWorker({ signal });
  processDeliverBatch(queue, worker.deliverBatch);
  processSignUp(queue, worker.processSignup);
  processSendMail(queue, worker.sendMail);
  for (const job of repeatingJobs(services, options.clock === true)) queue.repeat(job);
  try {
    if (!signal.aborted) await once(signal, 'abort');
    const cut = setTimeout(() => worker.cutConnections(), drainMs);
    await queue.close();
    clearTimeout(cut);
  } finally {
    await worker.close();
  }
}

function repeatingJobs(services: Services, clock: boolean): readonly RepeatingJob[] {
  const sweeps = [
    { name: 'sweep-batches', intervalMs: sweepIntervalMs, run: services.sweepBatches },
    { name: 'sweep-signups', intervalMs: sweepIntervalMs, run: services.sweepSignups },
  ];
  if (!clock) return sweeps;
  const { tick, tellAlarms } = services.clock;
  return [
    ...sweeps,
    { name: 'tick-schedule', intervalMs: clockIntervalMs, run: tick },
    { name: 'tell-alarms', intervalMs: clockIntervalMs, run: tellAlarms },
  ];
}
