import type { FastifyInstance } from 'fastify';

import type { Publication } from '../../domain/editions/publication.ts';
import { phrasesFor } from '../../phrases/phrases-for.ts';
import { html } from '../http/answer-error.ts';
import { nameOf, onlyPublication } from '../pages/name-of.ts';
import { notice } from '../pages/notice.ts';
import type { Notice } from '../pages/notice.ts';
import type { OfToken, Web } from '../web-context.ts';

/**
 * `/unsubscribe/<token>`: one sentence and one button. A mail program's own button sends the same POST
 * (RFC 8058): without an origin, with any body, and it gets no redirect. `/undo/<token>` reverts it.
 */
export function unsubscribeRoutes(app: FastifyInstance, web: Web): void {
  const { linkActions } = web.services;
  takeAnyBody(app);

  app.get<OfToken>(
    '/unsubscribe/:token',
    { config: { rules: { access: 'token', csrf: 'none', cache: 'no-store' } } },
    async (request, reply) => {
      const { token } = request.params;
      const publication = (await linkActions.leaving(token)) ?? (await onlyPublication(web));
      const { pages: phrases } = phrasesFor(publication?.language ?? 'en');
      reply.type(html);
      return page(web, publication, {
        heading: phrases.unsubscribe,
        lines: [phrases.leaveText(nameOf(publication, phrases))],
        form: { action: web.site.path(`/unsubscribe/${token}`, publication), button: phrases.unsubscribe },
      });
    },
  );

  app.post<OfToken>(
    '/unsubscribe/:token',
    { config: { rules: { access: 'token', csrf: 'one-click', cache: 'no-store' } } },
    async (request, reply) => {
      const { token } = request.params;
      const left = await linkActions.unsubscribe(token);
      const publication = left.publication ?? (await onlyPublication(web));
      const { pages: phrases } = phrasesFor(publication?.language ?? 'en');
      reply.type(html);
      return page(web, publication, {
        heading: phrases.leftTitle,
        lines: [phrases.leftText(sentenceStart(nameOf(publication, phrases))), phrases.leftHint],
        // An invalid token gets the same page; its undo does nothing.
        form: {
          action: web.site.path(`/undo/${left.undoToken ?? token}`, publication),
          text: phrases.undoText,
          button: phrases.undo,
        },
      });
    },
  );

  undoRoutes(app, web);
}

function undoRoutes(app: FastifyInstance, web: Web): void {
  const { linkActions } = web.services;

  app.get<OfToken>(
    '/undo/:token',
    { config: { rules: { access: 'token', csrf: 'none', cache: 'no-store' } } },
    async (request, reply) => {
      const publication = await onlyPublication(web);
      const { pages: phrases } = phrasesFor(publication?.language ?? 'en');
      const action = web.site.path(`/undo/${request.params.token}`, publication);
      reply.type(html);
      return page(web, publication, {
        heading: phrases.undo,
        form: { action, text: phrases.undoText, button: phrases.undo },
      });
    },
  );

  app.post<OfToken>(
    '/undo/:token',
    { config: { rules: { access: 'token', csrf: 'own-origin', cache: 'no-store' } } },
    async (request, reply) => {
      const { done, publication: known } = await linkActions.undo(request.params.token);
      const publication = known ?? (await onlyPublication(web));
      const { pages: phrases } = phrasesFor(publication?.language ?? 'en');
      reply.type(html);
      if (done) return page(web, publication, { heading: phrases.undone });
      const again = publication === undefined ? '/' : `/p/${publication.slug}`;
      return page(web, publication, {
        heading: phrases.undo,
        lines: [phrases.undoFailed],
        link: { href: web.site.path(again, publication), text: phrases.subscribeAgain },
      });
    },
  );
}

function page(web: Web, publication: Publication | undefined, view: Notice): string {
  return web.pages.html({ template: 'notice', title: view.heading, publication, view: notice(view) });
}

/** Reads the body to its end and discards it: the path contains everything. */
function takeAnyBody(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, _body, done) => done(null));
}

function sentenceStart(text: string): string {
  return text.charAt(0).toLocaleUpperCase() + text.slice(1);
}
