import type { FastifyInstance } from 'fastify';

import { isAllowed } from '../../../domain/accounts/role.ts';
import { formatCounted } from '../../../domain/numbers.ts';
import { notFound } from '../../http/page-error.ts';
import type { Web } from '../../web-context.ts';
import { needUser } from '../desk-session.ts';
import { seenPublications } from '../seen-publications.ts';
import { shownState } from '../views/shown-state.ts';
import { dayOf } from '../views/times.ts';

const rule = { access: 'desk', csrf: 'none', cache: 'no-store' } as const;
const reading = { ...rule, desk: 'user' } as const;
const seeing = { ...rule, desk: { permission: 'see', in: 'this' } } as const;

/** `/desk/publications`, and the editions of each. */
export function publicationRoutes(app: FastifyInstance, web: Web): void {
  const { desk, publications } = web.services;
  app.get('/desk/publications', { config: { rules: reading } }, async (request, reply) => {
    const slugs = seenPublications(needUser(request).user);
    const all = (await publications.all()).filter(
      ({ publication }) => slugs === undefined || slugs.includes(publication.slug),
    );
    const rows = all.map(({ publication: { slug, name, sendAt, timeZone } }) => ({
      href: web.site.path(`/desk/p/${slug}`),
      name,
      facts: `${sendAt} ${timeZone}`,
    }));
    const page = {
      template: 'publications',
      title: 'Publications',
      current: 'publications',
      view: { rows },
    } as const;
    return web.deskPages.send(page, request, reply);
  });
  app.get<{ Params: { slug: string } }>(
    '/desk/p/:slug',
    { config: { rules: seeing } },
    async (request, reply) => {
      const known = await publications.find(request.params.slug);
      if (known === undefined) throw notFound();
      const { publication } = known;
      const editions = await desk.editions(known.id);
      const rows = editions.map((edition) => ({
        href: web.site.path(`/desk/p/${publication.slug}/${edition.date}`),
        day: dayOf(edition.date),
        date: edition.date,
        state: shownState(edition, undefined),
        facts: edition.publishedAt === null ? '' : formatCounted(edition.intended, 'recipient'),
      }));
      const mayImport = isAllowed(needUser(request).user.grants, 'subscribers', publication.slug);
      const links = [
        { href: `${web.site.path('/desk')}#h-week`, text: 'Next seven days' },
        ...(mayImport
          ? [{ href: web.site.path(`/desk/p/${publication.slug}/import`), text: 'Import subscribers' }]
          : []),
      ];
      const view = { heading: publication.name, links, rows };
      return web.deskPages.send(
        { template: 'publication', title: publication.name, current: 'publications', view },
        request,
        reply,
      );
    },
  );
}
