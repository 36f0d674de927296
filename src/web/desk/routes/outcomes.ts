import type { FastifyInstance } from 'fastify';

import type { Web } from '../../web-context.ts';
import { needUser } from '../desk-session.ts';
import { seenPublications } from '../seen-publications.ts';
import { outcomesView } from '../views/outcomes-view.ts';

const rules = { access: 'desk', desk: 'user', csrf: 'none', cache: 'no-store' } as const;

/** Days that the page shows. */
const shownDays = 30;

/** `/desk/outcomes`: how deliveries ended by day, with sign-ups and complaints, of one publication at a time. */
export function outcomeRoutes(app: FastifyInstance, web: Web): void {
  const { desk, publications } = web.services;
  app.get<{ Querystring: { publication?: string } }>(
    '/desk/outcomes',
    { config: { rules } },
    async (request, reply) => {
      const slugs = seenPublications(needUser(request).user);
      const seen = (await publications.all()).filter(
        ({ publication }) => slugs === undefined || slugs.includes(publication.slug),
      );
      const { publication: asked } = request.query;
      const current = seen.find(({ publication }) => publication.slug === asked) ?? seen[0];
      const days = current === undefined ? [] : await desk.outcomes(current.id, shownDays);
      const view = outcomesView(days, {
        base: web.site.path('/desk'),
        current: current?.publication,
        publications: seen.map(({ publication }) => publication),
      });
      return web.deskPages.send(
        { template: 'outcomes', title: 'Outcomes', current: 'outcomes', view },
        request,
        reply,
      );
    },
  );
}
