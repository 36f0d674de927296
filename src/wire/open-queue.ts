import type { FastifyPluginCallback } from 'fastify';
import type { Redis } from 'ioredis';

import { InProcessQueue } from '../../queue/in-process/in-process-queue.ts';
import type { Queue } from '../../queue/port.ts';
import type { Config } from '../config/config.ts';
import type { SharedLimits } from '../domain/shared-limits.ts';
import type { Log } from '../log/log.ts';

/** `shared` is absent where the queue is inside the process: then it shares nothing with others. */
export interface OpenQueue {
  readonly queue: Queue;
  readonly shared?: Shared;
}

export interface Shared {
  readonly limits: SharedLimits;
  readonly redis: Redis;
  /** Pages that show the queues, to be served under this path. */
  readonly openBoard: (basePath: string) => Promise<FastifyPluginCallback>;
}

/** The queue that the settings ask for. It connects to nothing before it is used. */
export async function openQueue(config: Config, log: Log): Promise<OpenQueue> {
  const { redisUrl: url, delivery } = config;
  if (url === undefined) return { queue: new InProcessQueue({ log }) };
  const { BullmqQueue } = await import('../../queue/bullmq/bullmq-queue.ts');
  const queue = new BullmqQueue({ url, log, lockMs: delivery.leaseMs });
  const shared: Shared = {
    get limits() {
      return queue.limits;
    },
    get redis() {
      return queue.client;
    },
    openBoard: async (basePath) => {
      const { createQueueBoard } = await import('../../queue/bullmq/queue-board.ts');
      return createQueueBoard(queue.all(), { basePath });
    },
  };
  return { queue, shared };
}
