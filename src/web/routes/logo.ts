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
      const image = [logo, logo?.dark].find((one) => one?.name === name);
      if (image === undefined) throw notFound();
      return reply.type(image.contentType).send(image.bytes);
    },
  );
}
