import type { FastifyInstance } from 'fastify';

import { notFound } from '../http/page-error.ts';
import type { Web } from '../web-context.ts';

/** `/p/<publication>/logo/<hash>.<extension>`: the logo of a publication, for its pages. */
export function logoRoutes(app: FastifyInstance, web: Web): void {
  app.get<{ Params: { slug: string; name: string } }>(
    '/p/:slug/logo/:name',
    { config: { rules: { access: 'public', csrf: 'none', cache: 'immutable' } } },
    async (request, reply) => {
      const { slug, name } = request.params;
      const known = await web.services.publications.find(slug);
      const logo = known && (await web.services.logos.find(known.publication));
      if (logo?.name !== name) throw notFound();
      return reply.type(logo.contentType).send(logo.bytes);
    },
  );
}
