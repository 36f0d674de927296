import type { Queue } from '../port.ts';

/** Batches served at a time: while the last people of one are in flight, the next keeps the lanes busy. */
const concurrentBatches = 2;

/** Lets this process serve batches: each job calls one verb. */
export function processDeliverBatch(queue: Queue, deliverBatch: (batchId: number) => Promise<void>): void {
  queue.process('deliver-batch', ({ batchId }) => deliverBatch(batchId), { concurrency: concurrentBatches });
}
