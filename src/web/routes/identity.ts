import type { FastifyInstance } from 'fastify';

import { notFound } from '../http/page-error.ts';
import type { Web } from '../web-context.ts';

interface OfChallenge {
  Params: { challenge: string };
}

/** `/api/identity/<challenge>`: shows `doctor` that these pages have the same secret as the process that asks. */
export function identityRoutes(app: FastifyInstance, web: Web): void {
  const rules = { access: 'public', csrf: 'none', cache: 'no-store' } as const;
  app.get<OfChallenge>('/api/identity/:challenge', { config: { rules } }, (request, reply) => {
    const { challenge } = request.params;
    if (!/^[\w-]{32}$/u.test(challenge)) throw notFound();
    return reply.send({ daybrief: web.services.identify(challenge) });
  });
}
