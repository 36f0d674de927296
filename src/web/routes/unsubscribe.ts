import type { FastifyInstance } from 'fastify';

import type { Left } from '../../app/signup/link-actions.ts';
import type { Publication } from '../../domain/editions/publication.ts';
import { phrasesFor } from '../../phrases/phrases-for.ts';
import { html } from '../http/answer-error.ts';
import { deadLink } from '../http/page-error.ts';
import { nameOf, onlyPublication } from '../pages/name-of.ts';
import { notice } from '../pages/notice.ts';
import type { Notice } from '../pages/notice.ts';
import { nextEditionAt, saidMoment } from '../pages/when-it-comes.ts';
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
      if (found === undefined) throw deadLink('deadUnsubscribe');
      const publication = found.publication ?? (await onlyPublication(web));
      reply.type(html);
      return page(web, publication, leaveNotice(web, publication, { token, ...found }));
    },
  );

  app.post<OfToken>(
    '/unsubscribe/:token',
    { config: { rules: { access: 'token', csrf: 'one-click', cache: 'no-store' } } },
    async (request, reply) => {
      const left = await linkActions.unsubscribe(request.params.token);
      if (left === undefined) throw deadLink('deadUnsubscribe');
      const publication = left.publication ?? (await onlyPublication(web));
      reply.type(html);
      return page(web, publication, leftNotice(web, publication, left));
    },
  );

  undoRoutes(app, web);
}

function leaveNotice(
  web: Web,
  publication: Publication | undefined,
  { token, preferencesToken }: { readonly token: string; readonly preferencesToken?: string },
): Notice {
  const { pages: phrases } = phrasesFor(publication?.language ?? 'en');
  const path = (to: string) => web.site.path(to, publication);
  const pause =
    preferencesToken === undefined
      ? undefined
      : {
          text: phrases.awayForAWhile,
          link: {
            href: path(`/preferences/${encodeURIComponent(preferencesToken)}#paused-until`),
            text: phrases.pauseInstead,
          },
        };
  return {
    heading: phrases.leaveTitle(nameOf(publication, phrases)),
    lines: [phrases.leaveText],
    form: { action: path(`/unsubscribe/${encodeURIComponent(token)}`), button: phrases.unsubscribe },
    ...(pause === undefined ? {} : { note: pause }),
  };
}

function leftNotice(web: Web, publication: Publication | undefined, { undo, timeZone }: Left): Notice {
  const language = publication?.language ?? 'en';
  const { pages: phrases } = phrasesFor(language);
  const said = {
    heading: phrases.leftTitle,
    outcome: { kind: 'good', text: phrases.leftText(nameOf(publication, phrases)) },
    lines: [phrases.leftHint],
  } as const;
  if (undo === undefined) return { ...said, link: subscribeAgain(web, publication) };
  const now = web.services.now();
  const until = saidMoment(undo.until, { now, timeZone: timeZone ?? 'UTC', language });
  return {
    ...said,
    form: undoForm(web, publication, undo.token),
    note: { text: phrases.undoUntil(until) },
  };
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
      return page(web, publication, {
        heading: phrases.undo,
        lines: [phrases.undoText],
        form: undoForm(web, publication, token),
      });
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
      if (undone.done)
        return page(web, publication, undoneNotice(web, publication, undone.timeZone ?? 'UTC'));
      return page(web, publication, {
        heading: phrases.undo,
        outcome: { kind: 'bad', text: phrases.nothingChanged },
        lines: [phrases.undoFailed],
        link: subscribeAgain(web, publication),
      });
    },
  );
}

function undoneNotice(web: Web, publication: Publication | undefined, timeZone: string): Notice {
  const { pages: phrases } = phrasesFor(publication?.language ?? 'en');
  const now = web.services.now();
  const next = publication && nextEditionAt(publication, { now, timeZone });
  if (publication === undefined || next === undefined) return { heading: phrases.undone };
  const { language } = publication;
  const text = phrases.nextEdition(saidMoment(next, { now, timeZone, language }));
  return { heading: phrases.undone, outcome: { kind: 'good', text } };
}

function undoForm(
  web: Web,
  publication: Publication | undefined,
  token: string,
): NonNullable<Notice['form']> {
  const { pages: phrases } = phrasesFor(publication?.language ?? 'en');
  const action = web.site.path(`/undo/${encodeURIComponent(token)}`, publication);
  return { action, button: phrases.undo, isQuiet: true };
}

function subscribeAgain(web: Web, publication: Publication | undefined): Notice['link'] {
  const { pages: phrases } = phrasesFor(publication?.language ?? 'en');
  const path = publication === undefined ? '/' : `/p/${publication.slug}`;
  return { href: web.site.path(path, publication), text: phrases.subscribeAgain };
}

function page(web: Web, publication: Publication | undefined, view: Notice): Promise<string> {
  return web.pages.html({ template: 'notice', title: view.heading, publication, view: notice(view) });
}

/** Reads the body to its end and discards it: the path contains everything. */
function takeAnyBody(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, _body, done) => done(null));
}
