import type { FastifyPluginCallback } from 'fastify';

import { InProcessQueue } from '../../queue/in-process/in-process-queue.ts';
import type { Queue } from '../../queue/port.ts';
import type { Config } from '../config/config.ts';
import type { Log } from '../log/log.ts';

export interface OpenQueue {
  readonly queue: Queue;
  /** Pages that show it, to be served under this path; nothing where it is not in Redis. */
  openBoard(basePath: string): Promise<FastifyPluginCallback | undefined>;
}

/** The queue that the settings ask for. It connects to nothing before it is used. */
export async function openQueue(config: Config, log: Log): Promise<OpenQueue> {
  const { redisUrl: url, delivery } = config;
  if (url === undefined) return { queue: new InProcessQueue({ log }), openBoard: async () => undefined };
  const { BullmqQueue } = await import('../../queue/bullmq/bullmq-queue.ts');
  const queue = new BullmqQueue({ url, log, lockMs: delivery.leaseMs });
  return {
    queue,
    async openBoard(basePath) {
      const { createQueueBoard } = await import('../../queue/bullmq/queue-board.ts');
      return createQueueBoard(queue.all(), { basePath });
    },
  };
}
