import type { FastifyInstance } from 'fastify';

import { notFound } from '../../http/page-error.ts';
import type { Web } from '../../web-context.ts';
import { findEdition } from '../edition-of.ts';
import type { OfEdition } from '../edition-of.ts';
import { changesView } from '../views/changes-view.ts';

const rules = {
  access: 'desk',
  desk: { permission: 'drafts', in: 'this' },
  csrf: 'none',
  cache: 'no-store',
} as const;

/** `/desk/p/<publication>/<date>/changes?from=1&to=2`: what changed between two revisions. */
export function changeRoutes(app: FastifyInstance, web: Web): void {
  const { desk } = web.services;
  app.get<OfEdition & { Querystring: { from?: string; to?: string } }>(
    '/desk/p/:slug/:date/changes',
    { config: { rules } },
    async (request, reply) => {
      const found = await findEdition(web, request);
      const edition = found.status?.edition;
      if (edition === undefined) throw notFound();
      const revisions = await desk.revisions(edition);
      const latest = revisions[0]?.revision ?? 0;
      const to = numberOf(request.query.to) ?? latest;
      const from = numberOf(request.query.from) ?? Math.max(1, to - 1);
      const changes = await desk.changes(edition.id, { from, to });
      if (changes === undefined) throw notFound();
      const view = changesView(changes, { found, revisions, from, to });
      return web.deskPages.send(
        { template: 'changes', title: `Changes of ${found.reference}`, current: 'publications', view },
        request,
        reply,
      );
    },
  );
}

function numberOf(text: unknown): number | undefined {
  return typeof text === 'string' && /^[1-9]\d{0,5}$/u.test(text) ? Number(text) : undefined;
}
