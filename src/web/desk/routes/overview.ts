import type { FastifyInstance } from 'fastify';

import { notFound } from '../../http/page-error.ts';
import { readForm } from '../../http/read-form.ts';
import type { Web } from '../../web-context.ts';
import { actedBy } from '../acted-by.ts';
import { needUser } from '../desk-session.ts';
import { deskZone, seenPublications } from '../seen-publications.ts';
import { overviewView } from '../views/overview-view.ts';
import { momentOf } from '../views/times.ts';

const reading = { access: 'desk', desk: 'user', csrf: 'none', cache: 'no-store' } as const;
const seeing = {
  access: 'desk',
  desk: { permission: 'operate', in: 'this' },
  csrf: 'form-token',
  cache: 'no-store',
} as const;

/** `/desk`: today, and what needs attention. */
export function overviewRoutes(app: FastifyInstance, web: Web): void {
  const { desk } = web.services;
  app.get('/desk', { config: { rules: reading } }, async (request, reply) => {
    const { user } = needUser(request);
    const overview = await desk.views.overview(seenPublications(user));
    const timeZone = await deskZone(web, user);
    const context = { base: web.site.path('/desk'), grants: user.grants, relays: desk.relays, timeZone };
    const view = overviewView(overview, context);
    const when = momentOf(overview.now, timeZone);
    const page = {
      template: 'overview',
      title: 'Today',
      current: 'today',
      when,
      isLive: true,
      view,
    } as const;
    return web.deskPages.send(page, request, reply);
  });
  app.post<{ Params: { slug: string } }>(
    '/desk/p/:slug/seen',
    { config: { rules: seeing } },
    async (request, reply) => {
      const { slug } = request.params;
      const id = Number(readForm(request).get('alarm') ?? '');
      const { alarms } = await desk.views.overview([slug]);
      if (!alarms.some((alarm) => alarm.id === id)) throw notFound();
      await desk.markSeen(id, actedBy(request));
      return reply.redirect(web.site.path('/desk'), 303);
    },
  );
}
