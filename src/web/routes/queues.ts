import type { FastifyInstance, RouteOptions } from 'fastify';

import type { Web } from '../web-context.ts';

export const queueBoardPath = '/admin/queues';

/**
 * The content security policy of the board: as everywhere, but with style attributes, images within its
 * style sheet, and an element that says where its own addresses begin. Still no script but from files.
 */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'self'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** `/admin/queues`: the queues in Redis for ops, to look at and not to touch. Nothing where there are none. */
export async function queueRoutes(app: FastifyInstance, web: Web): Promise<void> {
  const { queueBoard } = web.options;
  if (queueBoard === undefined) return;
  await app.register(
    async (scope) => {
      const add: typeof scope.route = Reflect.get(scope, 'route');
      // The board adds its routes itself: here each gets our rules, and what changes something is left out.
      scope.route = function addReading(this: FastifyInstance, options: RouteOptions) {
        const methods = [options.method].flat();
        if (!methods.every((method) => method === 'GET' || method === 'HEAD')) return this;
        const rules = { access: 'admin', csrf: 'none', cache: 'no-store' } as const;
        const config = { ...options.config, rules };
        return add.call(this, { ...options, prefixTrailingSlash: 'no-slash', config });
      } as typeof add;
      scope.addHook('onRequest', async (_request, reply) => {
        reply.header('content-security-policy', policy);
      });
      await scope.register(queueBoard);
    },
    { prefix: queueBoardPath },
  );
}
