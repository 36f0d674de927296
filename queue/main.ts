import { once } from 'node:events';

import type { Queue } from './port.ts';
import { repeatingJobs } from './schedulers/repeating-jobs.ts';
import type { RepeatingJobName } from './schedulers/repeating-jobs.ts';
import { processDeliverBatch } from './workers/deliver-batch.ts';
import type { DeliverBatch } from './workers/deliver-batch.ts';
import { processSendMail } from './workers/send-mail.ts';
import { processSignUp } from './workers/sign-up.ts';

/** What a worker process runs. The services of `src/wire` have this shape. */
export interface WorkerServices {
  readonly queue: Queue;
  createWorker(options: { readonly signal: AbortSignal }): Promise<Worker>;
  readonly sweepBatches: () => Promise<unknown>;
  readonly sweepSignups: () => Promise<unknown>;
  /** Asks the feeds that are due for candidates. */
  readonly pollFeeds: (options: { readonly signal: AbortSignal }) => Promise<unknown>;
  readonly schedule: {
    readonly tick: () => Promise<unknown>;
    readonly sendAlarms: () => Promise<unknown>;
    /** Requests the links of editions that are due soon. */
    readonly recheckLinks: (options: { readonly signal: AbortSignal }) => Promise<unknown>;
  };
}

export interface Worker {
  readonly deliverBatch: DeliverBatch;
  readonly processSignup: (signupId: number) => Promise<void>;
  readonly sendMail: (mailId: number) => Promise<void>;
  /** Ends every SMTP session at once. */
  cutConnections(): void;
  close(): Promise<void>;
}

/** How long deliveries in flight may take after a stop; then their connections are cut and they are settled. */
const drainMs = 7_000;

/**
 * Runs a worker until the signal aborts: handles jobs, sweeps for work without a hint and sends alarms,
 * and with `schedule` also sends scheduled editions. Resolves in under ten seconds after the
 * abort, with everything in flight settled and every lease released.
 */
export async function runWorker(
  services: WorkerServices,
  options: {
    readonly signal: AbortSignal;
    readonly schedule?: boolean;
    /** Called when the worker takes jobs. */
    readonly onReady?: () => void;
  },
): Promise<void> {
  const { signal } = options;
  const { queue } = services;
  const worker = await services.createWorker({ signal });
  processDeliverBatch(queue, worker.deliverBatch);
  processSignUp(queue, worker.processSignup);
  processSendMail(queue, worker.sendMail);
  for (const [name, run] of Object.entries(
    runsOf(services, { signal, withSchedule: options.schedule === true }),
  )) {
    queue.repeat({ name, ...repeatingJobs[name as RepeatingJobName], run });
  }
  options.onReady?.();
  try {
    if (!signal.aborted) await once(signal, 'abort');
    const cut = setTimeout(() => worker.cutConnections(), drainMs);
    await queue.close();
    clearTimeout(cut);
  } finally {
    await worker.close();
  }
}

function runsOf(
  services: WorkerServices,
  { signal, withSchedule }: { readonly signal: AbortSignal; readonly withSchedule: boolean },
): Partial<Record<RepeatingJobName, () => Promise<unknown>>> {
  const { tick, sendAlarms, recheckLinks } = services.schedule;
  const always = {
    'sweep-batches': services.sweepBatches,
    'sweep-signups': services.sweepSignups,
    'send-alarms': sendAlarms,
  };
  if (!withSchedule) return always;
  return {
    ...always,
    'tick-schedule': tick,
    'recheck-links': () => recheckLinks({ signal }),
    'poll-feeds': () => services.pollFeeds({ signal }),
  };
}
