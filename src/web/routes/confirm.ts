import type { FastifyInstance } from 'fastify';

import type { Publication } from '../../domain/editions/publication.ts';
import { outcomeTexts } from '../../domain/outcome.ts';
import { phrasesFor } from '../../phrases/phrases-for.ts';
import { html } from '../http/answer-error.ts';
import { deadLink } from '../http/page-error.ts';
import { archivePaths } from '../pages/archive-links.ts';
import { nameOf, onlyPublication } from '../pages/name-of.ts';
import { notice } from '../pages/notice.ts';
import type { Notice } from '../pages/notice.ts';
import type { OfToken, Web } from '../web-context.ts';

/** `/confirm/<token>`: a button, because scanners follow every link in a mail; only pressing it confirms. */
export function confirmRoutes(app: FastifyInstance, web: Web): void {
  const { linkActions } = web.services;
  app.get<OfToken>(
    '/confirm/:token',
    { config: { rules: { access: 'token', csrf: 'none', cache: 'no-store' } } },
    async (request, reply) => {
      const { token } = request.params;
      const found = await linkActions.confirmation(token);
      if (found === undefined) throw deadLink();
      const publication = found.publication ?? (await onlyPublication(web));
      const { pages: phrases } = phrasesFor(publication?.language ?? 'en');
      const view = notice({
        heading: phrases.confirmTitle,
        lines: [phrases.confirmText(nameOf(publication, phrases))],
        form: {
          action: web.site.path(`/confirm/${encodeURIComponent(token)}`, publication),
          button: phrases.confirmButton,
        },
      });
      reply.type(html);
      return web.pages.html({ template: 'notice', title: phrases.confirmTitle, publication, view });
    },
  );
  app.post<OfToken>(
    '/confirm/:token',
    { config: { rules: { access: 'token', csrf: 'own-origin', cache: 'no-store' } } },
    async (request, reply) => {
      const confirmed = await linkActions.confirm(request.params.token);
      if (confirmed === undefined) throw deadLink();
      const { outcome } = confirmed;
      const publication = confirmed.publication ?? (await onlyPublication(web));
      const { pages: phrases } = phrasesFor(publication?.language ?? 'en');
      const isGood = outcome === 'thank-you';
      const text = (publication?.outcomeTexts ?? outcomeTexts)[outcome];
      const view = notice({
        heading: publication?.name ?? phrases.confirmTitle,
        outcome: { kind: isGood ? 'good' : 'bad', text },
        lines: isGood ? [] : [phrases.confirmFailed],
        ...(publication === undefined ? {} : { link: linkAfter(web, publication, isGood) }),
      });
      reply.type(html);
      return web.pages.html({ template: 'notice', title: text, publication, view });
    },
  );
}

/** What there is to read, or the form once more. */
function linkAfter(web: Web, publication: Publication, isGood: boolean): Notice['link'] {
  const { pages: phrases } = phrasesFor(publication.language);
  const paths = archivePaths(publication);
  if (!isGood) return { href: web.site.path(paths.home, publication), text: phrases.subscribeAgain };
  if (!publication.archive) return undefined;
  return { href: web.site.path(paths.list, publication), text: phrases.archive };
}
