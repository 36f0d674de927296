import type { Socket } from 'node:net';

import type { FastifyInstance } from 'fastify';

/** Waiting requests of one connection, first the one that is being answered. */
interface Line {
  readonly waiting: (() => void)[];
  isBusy: boolean;
}

/**
 * Answers the requests of one connection one after the other. Node hands over all requests that a client
 * pipelined (RFC 9112 section 9.3.2) at once, so that one packet could occupy the process for seconds.
 */
export function answerOneAtATime(app: FastifyInstance): void {
  const lines = new WeakMap<Socket, Line>();
  app.addHook('onRequest', async (request, reply) => {
    const { socket } = request.raw;
    const line = lines.get(socket) ?? openLine(socket);
    lines.set(socket, line);
    if (line.isBusy) await new Promise<void>((resolve) => line.waiting.push(resolve));
    line.isBusy = true;
    const done = () => {
      reply.raw.off('finish', done);
      reply.raw.off('close', done);
      const next = line.waiting.shift();
      if (next === undefined) line.isBusy = false;
      else next();
    };
    reply.raw.once('finish', done);
    reply.raw.once('close', done);
  });
}

/** A closed connection lets its waiting requests end. */
function openLine(socket: Socket): Line {
  const line: Line = { waiting: [], isBusy: false };
  socket.once('close', () => {
    for (const resume of line.waiting.splice(0)) resume();
  });
  return line;
}
