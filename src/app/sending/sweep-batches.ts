import type { BatchQueue, Batches } from '../ports/ledger.ts';
import type { Clock } from '../ports/time.ts';

/** Batches put on the queue in one sweep; the rest are found by the next. */
const sweepLimit = 100;

/**
 * Finds batches that are due and unclaimed, and enqueues them. This makes the queue a
 * hint: whatever was lost (a crash between commit and enqueue, a worker that died, a flushed queue), the
 * next sweep finds from the database.
 *
 * @returns how many were found
 */
export async function sweepBatches(ports: {
  readonly batches: Batches;
  readonly queue: BatchQueue;
  readonly clock: Clock;
}): Promise<number> {
  const due = await ports.batches.due({ now: ports.clock(), limit: sweepLimit });
  for (const batchId of due) await ports.queue.enqueue(batchId);
  return due.length;
}
