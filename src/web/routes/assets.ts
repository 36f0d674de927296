import type { FastifyInstance } from 'fastify';

import { notFound } from '../http/page-error.ts';
import type { Web } from '../web-context.ts';

/** `/assets/<file>`, whose URLs contain a hash of their content, and the script for other sites. */
export function assetRoutes(app: FastifyInstance, web: Web): void {
  app.get<{ Params: { file: string } }>(
    '/assets/:file',
    { config: { rules: { access: 'public', csrf: 'none', cache: 'immutable' } } },
    async (request, reply) => {
      const asset = web.assets.find(request.params.file);
      if (asset === undefined) throw notFound();
      return reply.type(asset.type).send(asset.bytes);
    },
  );
  app.get(
    '/embed.js',
    { config: { rules: { access: 'public', csrf: 'none', cache: 'minutes' } } },
    async (_request, reply) => {
      const asset = web.assets.get('signup.js');
      return reply.type(asset.type).header('cross-origin-resource-policy', 'cross-origin').send(asset.bytes);
    },
  );
}
