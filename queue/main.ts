import { once } from 'node:events';

import type { Services } from '../src/wire.ts';
import { every } from './schedulers/every.ts';
import { processDeliverBatch } from './workers/deliver-batch.ts';

/** How soon work that nobody announced is found. */
const sweepIntervalMs = 250;

/** What is in flight gets this long after a stop; then its connections are cut and its answers settled. */
const drainMs = 7_000;

/**
 * Runs a worker until the signal aborts: serves batches as they come and sweeps for those nobody
 * announced. Resolves in under ten seconds after the abort, with everything in flight settled and every
 * lease released.
 */
export async function runWorker(
  services: Services,
  options: { readonly signal: AbortSignal },
): Promise<void> {
  const { signal } = options;
  const { queue, log } = services;
  const worker = await services.createWorker({ signal });
  processDeliverBatch(queue, worker.deliverBatch);
  const sweeper = every(
    { name: 'sweep-batches', intervalMs: sweepIntervalMs, run: services.sweepBatches },
    { log },
  );
  try {
    if (!signal.aborted) await once(signal, 'abort');
    const cut = setTimeout(() => worker.cutConnections(), drainMs);
    await sweeper.stop();
    await queue.close();
    clearTimeout(cut);
  } finally {
    await worker.close();
  }
}
