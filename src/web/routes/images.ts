import type { FastifyInstance } from 'fastify';

import { notFound } from '../http/page-error.ts';
import { isKnown } from '../http/send-fresh.ts';
import type { Web } from '../web-context.ts';

/** `/images/<hash>.<extension>`: the images of approved editions, in mail and on pages. */
export function imageRoutes(app: FastifyInstance, web: Web): void {
  app.get<{ Params: { name: string } }>(
    '/images/:name',
    { config: { rules: { access: 'public', csrf: 'none', cache: 'immutable' } } },
    async (request, reply) => {
      const { name } = request.params;
      const image = await web.services.archive.image(name);
      if (image === undefined) throw notFound();
      // The name is a hash of the content.
      const etag = `"${name}"`;
      reply.header('etag', etag);
      if (isKnown(request, { etag })) {
        image.stream.destroy();
        return reply.code(304).send();
      }
      // Webmail and feed readers show the images on their own sites.
      reply.header('cross-origin-resource-policy', 'cross-origin');
      reply.header('content-length', image.sizeBytes);
      return reply.type(image.contentType).send(image.stream);
    },
  );
}
