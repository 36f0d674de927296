import type { FastifyInstance } from 'fastify';

import type { Confirmed } from '../../app/signup/link-actions.ts';
import type { Publication } from '../../domain/editions/publication.ts';
import { phrasesFor } from '../../phrases/phrases-for.ts';
import { html } from '../http/answer-error.ts';
import { deadLink } from '../http/page-error.ts';
import { deadConfirmation } from '../pages/error-notice.ts';
import { nameOf, onlyPublication } from '../pages/name-of.ts';
import { notice } from '../pages/notice.ts';
import type { Notice } from '../pages/notice.ts';
import { nextEditionAt, saidMoment, whenItComes } from '../pages/when-it-comes.ts';
import { zoneName } from '../pages/zone-name.ts';
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
      if (found === undefined) throw deadLink('deadConfirm');
      const publication = found.publication ?? (await onlyPublication(web));
      const { pages: phrases } = phrasesFor(publication?.language ?? 'en');
      const when = publication === undefined ? '' : whenItComes(publication);
      const latest = publication && (await latestOf(web, publication));
      const sentences = [
        phrases.confirmText(nameOf(publication, phrases), when),
        ...(latest === undefined ? [] : [phrases.latestRightAway]),
      ];
      const view = notice({
        heading: phrases.confirmTitle,
        lines: [sentences.join(' ')],
        form: {
          action: web.site.path(`/confirm/${encodeURIComponent(token)}`, publication),
          button: phrases.confirmButton,
        },
        note: { text: phrases.confirmNote },
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
      if (confirmed === undefined) throw deadLink('deadConfirm');
      const publication = confirmed.publication ?? (await onlyPublication(web));
      const { pages: phrases } = phrasesFor(publication?.language ?? 'en');
      const said =
        publication !== undefined && confirmed.outcome === 'thank-you'
          ? await confirmedNotice(web, publication, confirmed)
          : deadConfirmation({ site: web.site, phrases, publication });
      reply.type(html);
      return web.pages.html({ template: 'notice', title: said.heading, publication, view: notice(said) });
    },
  );
}

async function confirmedNotice(web: Web, publication: Publication, confirmed: Confirmed): Promise<Notice> {
  const { name, language, timeZone } = publication;
  const { pages: phrases } = phrasesFor(language);
  const now = web.services.now();
  const bringsLatest = confirmed.isWelcomed === true && (await latestOf(web, publication)) !== undefined;
  const next = nextEditionAt(publication, { now, timeZone });
  const moment =
    next === undefined
      ? ''
      : phrases.momentInZone(saidMoment(next, { now, timeZone, language }), zoneName(timeZone, language));
  const sentences = [
    bringsLatest ? phrases.latestOnItsWay : '',
    moment === '' ? '' : bringsLatest ? phrases.nextOne(moment) : phrases.nextEdition(moment),
  ].filter((sentence) => sentence !== '');
  const { preferencesToken } = confirmed;
  return {
    heading: phrases.confirmedTitle,
    outcome: { kind: 'good', text: phrases.confirmedText(name) },
    lines: sentences.length === 0 ? [] : [sentences.join(' ')],
    link:
      preferencesToken === undefined
        ? undefined
        : {
            href: web.site.path(`/preferences/${encodeURIComponent(preferencesToken)}`, publication),
            text: phrases.setUp,
          },
  };
}

/** The edition that the welcome mail brings. */
async function latestOf(web: Web, { slug, archive }: Publication) {
  return archive ? web.services.archive.latest(slug) : undefined;
}
