import type { FastifyInstance } from 'fastify';

import type { Web } from '../web-context.ts';

/** `/healthz`: the process is up. `/readyz`: the database answers, and its schema is the one we know. */
export function healthRoutes(app: FastifyInstance, web: Web): void {
  const rules = { access: 'public', csrf: 'none', cache: 'no-store' } as const;
  app.get('/healthz', { config: { rules } }, async () => ({ status: 'up' }));
  app.get('/readyz', { config: { rules } }, async (_request, reply) => {
    try {
      await web.services.ready();
      return { status: 'ready' };
    } catch (error) {
      web.log.warn({ error }, 'Not ready to serve: the database does not answer as it should.');
      return reply.code(503).send({ status: 'not-ready' });
    }
  });
}
