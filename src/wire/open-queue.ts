import { InProcessQueue } from '../../queue/in-process/in-process-queue.ts';
import type { Queue } from '../../queue/port.ts';
import type { Config } from '../config/config.ts';
import type { Log } from '../log/log.ts';

/** The queue that the settings ask for. It connects to nothing before it is used. */
export async function openQueue(config: Config, log: Log): Promise<Queue> {
  if (config.redisUrl === undefined) return new InProcessQueue({ log });
  const { BullmqQueue } = await import('../../queue/bullmq/bullmq-queue.ts');
  return new BullmqQueue({ url: config.redisUrl, log, lockMs: config.delivery.leaseMs });
}
