import type { FastifyPluginCallback } from 'fastify';
import type { Redis } from 'ioredis';

import type { BullmqQueue } from '../../queue/bullmq/bullmq-queue.ts';
import { InProcessQueue } from '../../queue/in-process/in-process-queue.ts';
import type { Queue } from '../../queue/port.ts';
import type { Config } from '../config/config.ts';
import type { SharedLimits } from '../domain/sending/shared-limits.ts';
import type { Log } from '../log/log.ts';

/** `shared` is undefined if the queue is in-process. */
export interface OpenQueue {
  readonly queue: Queue;
  readonly shared?: Shared;
}

export interface Shared {
  limits(): Promise<SharedLimits>;
  redis(): Promise<Redis>;
  /** Opens the pages that show the queues, to be served under `basePath`. */
  openBoard(basePath: string): Promise<FastifyPluginCallback>;
}

/** Opens the configured queue, which loads and connects on first use. */
export function openQueue(config: Config, log: Log): OpenQueue {
  const { redisUrl: url, delivery } = config;
  if (url === undefined) return { queue: new InProcessQueue({ log }) };
  let loading: Promise<BullmqQueue> | undefined;
  // Imported on first use: its packages take a third of the time of a short command.
  const load = () => (loading ??= loadQueue({ url, log, lockMs: delivery.leaseMs }));
  return {
    queue: {
      check: async () => (await load()).check(),
      add: async (name, payload) => (await load()).add(name, payload),
      process: (name, handler, options) => {
        void load().then((queue) => queue.process(name, handler, options));
      },
      repeat: (job) => {
        void load().then((queue) => queue.repeat(job));
      },
      close: async () => (await loading)?.close(),
      [Symbol.asyncDispose]: async () => (await loading)?.close(),
    },
    shared: {
      limits: async () => (await load()).limits,
      redis: async () => (await load()).client,
      openBoard: async (basePath) => {
        const { createQueueBoard } = await import('../../queue/bullmq/queue-board.ts');
        return createQueueBoard((await load()).all(), { basePath });
      },
    },
  };
}

async function loadQueue(options: ConstructorParameters<typeof BullmqQueue>[0]): Promise<BullmqQueue> {
  const { BullmqQueue: Loaded } = await import('../../queue/bullmq/bullmq-queue.ts');
  return new Loaded(options);
}
