import type { FastifyInstance } from 'fastify';

import { isAllowed } from '../../../domain/accounts/role.ts';
import type { Permission } from '../../../domain/accounts/role.ts';
import { archivePaths } from '../../pages/archive-links.ts';
import type { Web } from '../../web-context.ts';
import { needUser } from '../desk-session.ts';
import { findEdition, stepContext } from '../edition-of.ts';
import type { OfEdition } from '../edition-of.ts';
import { editionView } from '../views/edition-view.ts';
import { lookUp } from '../views/look-up.ts';

const seeing = {
  access: 'desk',
  desk: { permission: 'see', in: 'this' },
  csrf: 'none',
  cache: 'no-store',
} as const;

/** `/desk/p/<publication>/<date>`: one edition. */
export function editionRoutes(app: FastifyInstance, web: Web): void {
  const { desk } = web.services;
  app.get<OfEdition & { Querystring: { done?: string } }>(
    '/desk/p/:slug/:date',
    { config: { rules: seeing } },
    async (request, reply) => {
      const found = await findEdition(web, request);
      const { publication, status, reference, date } = found;
      const { grants } = needUser(request).user;
      const may = (permission: Permission) => isAllowed(grants, permission, publication.slug);
      const view = editionView(found, {
        grants,
        approvers:
          may('operate') && !may('approve') ? await desk.usersWho('approve', publication.slug) : undefined,
        steps: await stepContext(web, found),
        hasChanged: status !== undefined && (await desk.hasChanged(publication.slug, status.edition)),
        revisions: status === undefined ? [] : await desk.revisions(status.edition),
        said: lookUp(done, request.query.done ?? '') ?? '',
        webPage: web.site.url(archivePaths(publication).edition(date), publication),
      });
      return web.deskPages.send(
        { template: 'edition', title: reference, current: 'publications', isLive: true, view },
        request,
        reply,
      );
    },
  );
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
