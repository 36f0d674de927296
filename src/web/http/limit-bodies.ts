import type { Socket } from 'node:net';

import type { FastifyInstance } from 'fastify';

/**
 * Ends requests whose body is not there in time. Node has one such limit for all routes; an upload may take longer than
 * a form.
 */
export function limitBodies(
  app: FastifyInstance,
  {
    requestTimeoutMs,
    refuse,
  }: {
    readonly requestTimeoutMs: number;
    /** Answers 408 and closes the connection. */
    readonly refuse: (socket: Socket) => void;
  },
): void {
  app.addHook('onRequest', async ({ raw, routeOptions }) => {
    const { 'content-length': length = '0', 'transfer-encoding': encoding } = raw.headers;
    if (raw.complete || (length === '0' && encoding === undefined)) return;
    if (routeOptions.config.rules?.body === 'upload') return;
    const timer = setTimeout(() => {
      if (!raw.complete) refuse(raw.socket);
    }, requestTimeoutMs);
    const stop = () => clearTimeout(timer);
    raw.once('end', stop);
    raw.once('close', stop);
  });
}
