import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import { notFound } from '../http/page-error.ts';
import { sendFresh } from '../http/send-fresh.ts';
import { feedTypes } from '../pages/archive-links.ts';
import { jsonFeed, rssFeed } from '../pages/feed.ts';
import type { FeedSource } from '../pages/feed.ts';
import type { Web } from '../web-context.ts';

type OfPublication = { Params: { slug: string } };

/** `/p/<publication>/feed.xml` (RSS 2.0) and `feed.json` (JSON Feed 1.1): the newest editions, whole. */
export function feedRoutes(app: FastifyInstance, web: Web): void {
  const rules = { access: 'public', csrf: 'none', cache: 'minutes' } as const;
  const answer = async (
    { request, reply }: { request: FastifyRequest<OfPublication>; reply: FastifyReply },
    { type, print }: { readonly type: string; readonly print: (source: FeedSource) => string },
  ) => {
    const found = await web.services.archive.newest(request.params.slug);
    if (found === undefined) throw notFound();
    const { publication, editions } = found;
    const body = print({ ...found, url: (path) => web.site.url(path, publication) });
    // Feeds are public, so programs on other sites may read them.
    reply.header('access-control-allow-origin', '*');
    return sendFresh({ request, reply }, { body, type, changedAt: editions[0]?.changedAt });
  };
  app.get<OfPublication>('/p/:slug/feed.xml', { config: { rules } }, (request, reply) =>
    answer({ request, reply }, { type: feedTypes.rss, print: rssFeed }),
  );
  app.get<OfPublication>('/p/:slug/feed.json', { config: { rules } }, (request, reply) =>
    answer({ request, reply }, { type: feedTypes.json, print: jsonFeed }),
  );
}
