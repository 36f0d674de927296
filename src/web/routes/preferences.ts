import type { FastifyInstance } from 'fastify';

import type { PreferencesInput, PreferencesView } from '../../app/signup/preference-actions.ts';
import { isCalendarDate } from '../../domain/time/calendar.ts';
import { readTimeZone } from '../../domain/time/time-zone.ts';
import { phrasesFor } from '../../phrases/phrases-for.ts';
import { html } from '../http/answer-error.ts';
import { deadLink } from '../http/page-error.ts';
import { readForm } from '../http/read-form.ts';
import { notice } from '../pages/notice.ts';
import { preferencesPage } from '../pages/preferences-page.ts';
import type { OfToken, Web } from '../web-context.ts';

/** `/preferences/<token>`: name, time zone, publications, a pause, and the way to one's own data. */
export function preferencesRoutes(app: FastifyInstance, web: Web): void {
  const { linkActions } = web.services;
  app.get<OfToken>(
    '/preferences/:token',
    { config: { rules: { access: 'token', csrf: 'none', cache: 'no-store' } } },
    async (request, reply) => {
      const view = await linkActions.preferences(request.params.token);
      if (view === undefined) throw deadLink();
      reply.type(html);
      return preferencesPage(web, { token: request.params.token, view });
    },
  );

  app.post<OfToken>(
    '/preferences/:token',
    { config: { rules: { access: 'token', csrf: 'own-origin', cache: 'no-store' } } },
    async (request, reply) => {
      const { token } = request.params;
      const form = readForm(request);
      const typed = {
        name: form.get('name') ?? '',
        timeZone: form.get('time-zone') ?? '',
        pausedUntil: form.get('paused-until') ?? '',
        publications: form.getAll('publication'),
      };
      const saved = await linkActions.savePreferences(token, { ...typed, network: request.ip });
      const view = saved === undefined ? undefined : await linkActions.preferences(token);
      if (saved === undefined || view === undefined) throw deadLink();
      reply.code(saved === 'saved' ? 200 : 422).type(html);
      return preferencesPage(web, { token, saved, view: saved === 'saved' ? view : withTyped(view, typed) });
    },
  );

  app.post<OfToken>(
    '/preferences/:token/data-link',
    { config: { rules: { access: 'token', csrf: 'own-origin', cache: 'no-store' } } },
    async (request, reply) => {
      const { token } = request.params;
      const view = await linkActions.preferences(token);
      if (view === undefined) throw deadLink();
      await linkActions.requestManageLink(token);
      const { publication } = view;
      const { pages: phrases } = phrasesFor(publication.language);
      reply.type(html);
      return web.pages.html({
        template: 'notice',
        title: phrases.yourData,
        publication,
        view: notice({
          heading: phrases.yourData,
          outcome: { kind: 'good', text: phrases.dataSent },
          link: {
            href: web.site.path(`/preferences/${encodeURIComponent(token)}`, publication),
            text: phrases.preferences,
          },
        }),
      });
    },
  );
}

/** What was typed stays, where something in it has to be corrected. A zone that is none is not in the list. */
function withTyped(view: PreferencesView, typed: Omit<PreferencesInput, 'network'>): PreferencesView {
  return {
    ...view,
    name: typed.name.slice(0, 100),
    timeZone: readTimeZone(typed.timeZone) ?? '',
    pausedUntil: isCalendarDate(typed.pausedUntil) ? typed.pausedUntil : '',
    publications: view.publications.map(({ publication }) => ({
      publication,
      subscribed: typed.publications.includes(publication.slug),
    })),
  };
}
