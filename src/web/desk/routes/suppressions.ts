import type { FastifyInstance } from 'fastify';

import type { SuppressedPosition } from '../../../app/ports/desk.ts';
import type { Web } from '../../web-context.ts';
import { suppressionsView } from '../views/suppressions-view.ts';

const rules = {
  access: 'desk',
  desk: { permission: 'subscribers', in: 'all' },
  csrf: 'none',
  cache: 'no-store',
} as const;

const shownAtOnce = 50;

/** `/desk/suppressions`: addresses that get no mail, with the reason and what speaks for it. */
export function suppressionRoutes(app: FastifyInstance, web: Web): void {
  app.get<{ Querystring: { find?: string; before?: string } }>(
    '/desk/suppressions',
    { config: { rules } },
    async (request, reply) => {
      const { find, before } = request.query;
      const text = typeof find === 'string' ? find.trim().slice(0, 254) : '';
      const page = await web.services.desk.suppressed({
        text,
        before: positionOf(before),
        limit: shownAtOnce,
      });
      const view = suppressionsView(page, {
        base: web.site.path('/desk'),
        text,
        isFirst: before === undefined,
        now: web.services.now(),
      });
      return web.deskPages.send(
        { template: 'suppressions', title: 'Suppressions', current: 'suppressions', view },
        request,
        reply,
      );
    },
  );
}

function positionOf(text: unknown): SuppressedPosition | undefined {
  const [, changedAt, subscriberId] =
    /^(\d{1,15})-(\d{1,15})$/u.exec(typeof text === 'string' ? text : '') ?? [];
  return changedAt === undefined
    ? undefined
    : { changedAt: Number(changedAt), subscriberId: Number(subscriberId) };
}
