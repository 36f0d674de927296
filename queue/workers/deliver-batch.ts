import type { Queue } from '../port.ts';

/**
 * One batch that is being begun, and those whose last recipients are still in flight: a reply may take ten
 * minutes (RFC 5321 section 4.5.3.2.6), and other batches must not wait for it.
 */
const concurrentBatches = 16;

export type DeliverBatch = (batchId: number, options: { readonly onAllBegun: () => void }) => Promise<void>;

/**
 * Registers the handler for batches: each job runs one use case. A batch waits until every recipient
 * of the one before has been begun; then it takes the sessions over one by one. So no session is ever idle,
 * and the answers of all sessions share one batch's transactions.
 */
export function processDeliverBatch(queue: Queue, deliverBatch: DeliverBatch): void {
  let begun: Promise<void> = Promise.resolve();
  queue.process(
    'deliver-batch',
    async ({ batchId }) => {
      const before = begun;
      const { promise, resolve } = Promise.withResolvers<void>();
      begun = promise;
      await before;
      try {
        await deliverBatch(batchId, { onAllBegun: resolve });
      } finally {
        resolve();
      }
    },
    { concurrency: concurrentBatches },
  );
}
