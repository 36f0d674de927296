import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import type { IServerAdapter } from '@bull-board/api/typings/app';
import { FastifyAdapter } from '@bull-board/fastify';
import type { Queue as BullQueue } from 'bullmq';
import type { FastifyPluginCallback } from 'fastify';

/**
 * Bull Board: the queues in Redis as pages to look at, under `basePath`. Nothing can be changed there: what
 * is to be done is decided by the database, and a job that ops retry or delete would not alter it.
 */
export function createQueueBoard(
  queues: readonly BullQueue[],
  options: { readonly basePath: string },
): FastifyPluginCallback {
  const serverAdapter = new FastifyAdapter();
  serverAdapter.setBasePath(options.basePath);
  createBullBoard({
    queues: queues.map((queue) => new BullMQAdapter(queue, { readOnlyMode: true })),
    // Its two packages come with two releases of the same types, which differ in private parts alone.
    serverAdapter: serverAdapter as unknown as IServerAdapter,
    options: { uiConfig: { boardTitle: 'Daybrief' } },
  });
  return serverAdapter.registerPlugin();
}
