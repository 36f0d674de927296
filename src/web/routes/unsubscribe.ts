import type { FastifyInstance } from 'fastify';

import type { Publication } from '../../domain/editions/publication.ts';
import { phrasesFor } from '../../phrases/phrases-for.ts';
import { html } from '../http/answer-error.ts';
import { deadLink } from '../http/page-error.ts';
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
      const found = await linkActions.leaving(token);
      if (found === undefined) throw deadLink();
      const publication = found.publication ?? (await onlyPublication(web));
      const { pages: phrases } = phrasesFor(publication?.language ?? 'en');
      reply.type(html);
      return page(web, publication, {
        heading: phrases.unsubscribe,
        lines: [phrases.leaveText(nameOf(publication, phrases))],
        form: {
          action: web.site.path(`/unsubscribe/${encodeURIComponent(token)}`, publication),
          button: phrases.unsubscribe,
        },
      });
    },
  );

  app.post<OfToken>(
    '/unsubscribe/:token',
    { config: { rules: { access: 'token', csrf: 'one-click', cache: 'no-store' } } },
    async (request, reply) => {
      const { token } = request.params;
      const left = await linkActions.unsubscribe(token);
      if (left === undefined) throw deadLink();
      const publication = left.publication ?? (await onlyPublication(web));
      const { pages: phrases } = phrasesFor(publication?.language ?? 'en');
      reply.type(html);
      return page(web, publication, {
        heading: phrases.leftTitle,
        lines: [phrases.leftText(sentenceStart(nameOf(publication, phrases))), phrases.leftHint],
        ...(left.undoToken === undefined
          ? { link: subscribeAgain(web, publication) }
          : { form: undoForm(web, publication, left.undoToken) }),
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
      const { token } = request.params;
      const found = await linkActions.undoing(token);
      if (found === undefined) throw deadLink();
      const publication = found.publication ?? (await onlyPublication(web));
      const { pages: phrases } = phrasesFor(publication?.language ?? 'en');
      reply.type(html);
      return page(web, publication, { heading: phrases.undo, form: undoForm(web, publication, token) });
    },
  );

  app.post<OfToken>(
    '/undo/:token',
    { config: { rules: { access: 'token', csrf: 'own-origin', cache: 'no-store' } } },
    async (request, reply) => {
      const undone = await linkActions.undo(request.params.token);
      if (undone === undefined) throw deadLink();
      const publication = undone.publication ?? (await onlyPublication(web));
      const { pages: phrases } = phrasesFor(publication?.language ?? 'en');
      reply.type(html);
      if (undone.done) return page(web, publication, { heading: phrases.undone });
      return page(web, publication, {
        heading: phrases.undo,
        lines: [phrases.undoFailed],
        link: subscribeAgain(web, publication),
      });
    },
  );
}

function undoForm(web: Web, publication: Publication | undefined, token: string): Notice['form'] {
  const { pages: phrases } = phrasesFor(publication?.language ?? 'en');
  const action = web.site.path(`/undo/${encodeURIComponent(token)}`, publication);
  return { action, text: phrases.undoText, button: phrases.undo };
}

function subscribeAgain(web: Web, publication: Publication | undefined): Notice['link'] {
  const { pages: phrases } = phrasesFor(publication?.language ?? 'en');
  const path = publication === undefined ? '/' : `/p/${publication.slug}`;
  return { href: web.site.path(path, publication), text: phrases.subscribeAgain };
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
