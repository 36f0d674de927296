import type { FastifyInstance } from 'fastify';

import type { Web } from '../web-context.ts';

/** `/metrics`: what a monitor reads, behind the password for ops. */
export function metricsRoutes(app: FastifyInstance, web: Web): void {
  const rules = { access: 'admin', csrf: 'none', cache: 'no-store' } as const;
  app.get('/metrics', { config: { rules } }, async (_request, reply) => {
    const { type, body } = await web.metrics.text();
    return reply.type(type).send(body);
  });
}
