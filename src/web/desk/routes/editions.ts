import type { FastifyInstance } from 'fastify';

import { isAllowed } from '../../../domain/accounts/role.ts';
import { stepPermissions } from '../../../domain/desk/edition-steps.ts';
import { fillSlots } from '../../../domain/message/fill-slots.ts';
import { formatCounted } from '../../../domain/numbers.ts';
import { html } from '../../http/answer-error.ts';
import { notFound } from '../../http/page-error.ts';
import { contentSecurityPolicy } from '../../http/security-headers.ts';
import { archivePaths } from '../../pages/archive-links.ts';
import { frameHeaders, sampleValues } from '../../pages/email-frame.ts';
import type { Web } from '../../web-context.ts';
import { needUser } from '../desk-session.ts';
import { findEdition, stepContext } from '../edition-of.ts';
import type { OfEdition } from '../edition-of.ts';
import { seenPublications } from '../seen-publications.ts';
import { draftView } from '../views/draft-view.ts';
import { editionView } from '../views/edition-view.ts';
import { shownState } from '../views/shown-state.ts';
import { dayOf } from '../views/times.ts';

const rule = { access: 'desk', csrf: 'none', cache: 'no-store' } as const;
const reading = { ...rule, desk: 'user' } as const;
const seeing = { ...rule, desk: { permission: 'see', in: 'this' } } as const;
const drafting = { ...rule, desk: { permission: 'drafts', in: 'this' } } as const;

/** `/desk/p/<publication>/<date>`: one edition; and the lists that lead there. */
export function editionRoutes(app: FastifyInstance, web: Web): void {
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
        ...shownState(edition, undefined),
        facts: edition.publishedAt === null ? '' : formatCounted(edition.intended, 'recipient'),
      }));
      const view = { heading: publication.name, rows };
      return web.deskPages.send(
        { template: 'publication', title: publication.name, current: 'publications', view },
        request,
        reply,
      );
    },
  );
  app.get<OfEdition & { Querystring: { done?: string } }>(
    '/desk/p/:slug/:date',
    { config: { rules: seeing } },
    async (request, reply) => {
      const found = await findEdition(web, request);
      const { publication, status, reference, date } = found;
      const view = editionView(found, {
        grants: needUser(request).user.grants,
        steps: await stepContext(web, found),
        hasChanged: status !== undefined && (await desk.hasChanged(publication.slug, status.edition)),
        said: done[String(request.query.done ?? '')] ?? '',
        webPage: web.site.url(archivePaths(publication).edition(date), publication),
      });
      return web.deskPages.send(
        { template: 'edition', title: reference, current: 'publications', isLive: true, view },
        request,
        reply,
      );
    },
  );
  app.get<OfEdition>('/desk/p/:slug/:date/draft', { config: { rules: drafting } }, async (request, reply) => {
    const found = await findEdition(web, request);
    const preview = await desk.draft(found.reference);
    const mayApprove = isAllowed(
      needUser(request).user.grants,
      stepPermissions.approve,
      found.publication.slug,
    );
    const view = draftView(preview, { found, mayApprove, steps: await stepContext(web, found) });
    reply.header('content-security-policy', `${contentSecurityPolicy()}; frame-src 'self'`);
    return web.deskPages.send(
      { template: 'draft', title: `Draft of ${found.reference}`, current: 'publications', view },
      request,
      reply,
    );
  });
  app.get<OfEdition>(
    '/desk/p/:slug/:date/draft-email',
    { config: { rules: drafting } },
    async (request, reply) => {
      const { rendering } = await desk.draft((await findEdition(web, request)).reference);
      if (rendering === undefined) throw notFound();
      return reply.headers(frameHeaders).type(html).send(rendering.html);
    },
  );
  app.get<OfEdition>('/desk/p/:slug/:date/email', { config: { rules: drafting } }, async (request, reply) => {
    const { status } = await findEdition(web, request);
    const email = status === undefined ? undefined : await desk.email(status.edition);
    if (email === undefined) throw notFound();
    return reply.headers(frameHeaders).type(html).send(fillSlots(email, sampleValues));
  });
}

/** What a step came to, by the end of the address that it leads to. */
const done: Readonly<Record<string, string>> = {
  approve: 'Approved.',
  waiting: 'Your approval is recorded. Another person has to approve it too.',
  schedule: 'Scheduled.',
  hold: 'On hold.',
  release: 'Released.',
  pause: 'Paused. What was on its way is settled; nothing else begins.',
  resume: 'Resumed.',
  cancel: 'Cancelled.',
  retry: 'They are due again.',
  'retry-none': 'There was no failed recipient to try again.',
  correct: 'The page is corrected.',
  withdraw: 'The page is withdrawn.',
};
