import type { FastifyInstance } from 'fastify';

import type { ArchiveList } from '../../app/editions/read-archive.ts';
import type { ArchivedEdition, ArchiveEntry, Withdrawal } from '../../domain/editions/archived-edition.ts';
import type { Publication } from '../../domain/editions/publication.ts';
import { phrasesFor } from '../../phrases/phrases-for.ts';
import { html } from '../http/answer-error.ts';
import { notFound } from '../http/page-error.ts';
import { contentSecurityPolicy } from '../http/security-headers.ts';
import { sendFresh } from '../http/send-fresh.ts';
import { archivePaths, feedAlternates } from '../pages/archive-links.ts';
import { dayOfMonth, longDate, longMoment, momentOfYear, monthOf } from '../pages/edition-dates.ts';
import type { Web } from '../web-context.ts';

/** `/p/<publication>/archive`: dates and headlines. `/p/<publication>/archive/<date>`: one edition. */
export function archiveRoutes(app: FastifyInstance, web: Web): void {
  const rules = { access: 'public', csrf: 'none', cache: 'minutes' } as const;
  app.get<{ Params: { slug: string }; Querystring: { before?: unknown } }>(
    '/p/:slug/archive',
    { config: { rules } },
    async (request, reply) => {
      const { before } = request.query;
      const start = typeof before === 'string' ? { before } : {};
      const list = await web.services.archive.list(request.params.slug, start);
      if (list === undefined) throw notFound();
      const [newest] = list.entries;
      const body = await listPage(web, list);
      return sendFresh({ request, reply }, { body, type: html, changedAt: newest?.changedAt });
    },
  );
  app.get<{ Params: { slug: string; date: string } }>(
    '/p/:slug/archive/:date',
    { config: { rules } },
    async (request, reply) => {
      const { slug, date } = request.params;
      const found = await web.services.archive.edition(slug, date);
      if (found === undefined) throw notFound();
      const { publication } = found;
      if ('withdrawal' in found) {
        return reply
          .code(410)
          .type(html)
          .send(await withdrawnPage(web, publication, { date, ...found.withdrawal }));
      }
      const { edition } = found;
      const origins = [web.site.origin(publication), ...edition.page.imageOrigins];
      reply.header('content-security-policy', contentSecurityPolicy(origins));
      const body = await editionPage(web, publication, edition);
      return sendFresh({ request, reply }, { body, type: html, changedAt: edition.changedAt });
    },
  );
  styleRoute(app, web);
}

/** `/p/<publication>/archive/<date>/page.css`: how its template makes one edition look, frozen with the page. */
function styleRoute(app: FastifyInstance, web: Web): void {
  app.get<{ Params: { slug: string; date: string } }>(
    '/p/:slug/archive/:date/page.css',
    { config: { rules: { access: 'public', csrf: 'none', cache: 'minutes' } } },
    async (request, reply) => {
      const found = await web.services.archive.edition(request.params.slug, request.params.date);
      const style = found !== undefined && 'edition' in found ? found.edition.page.style : undefined;
      if (style === undefined) throw notFound();
      return sendFresh({ request, reply }, { body: style, type: css, changedAt: undefined });
    },
  );
}

const css = 'text/css; charset=utf-8';

function listPage(web: Web, list: ArchiveList): Promise<string> {
  const { publication, entries, before, olderThan } = list;
  const paths = archivePaths(publication);
  const path = (to: string) => web.site.path(to, publication);
  const { pages: phrases } = phrasesFor(publication.language);
  const isNewest = before === undefined;
  return web.pages.html({
    template: 'archive',
    title: `${phrases.archive} - ${publication.name}`,
    description: publication.description || publication.name,
    canonicalPath: isNewest ? paths.list : paths.before(before),
    alternates: feedAlternates(publication, (to) => web.site.url(to, publication)),
    publication,
    aside: { href: path(paths.home), text: phrases.getItByMail },
    footerLinks: [
      { href: path(paths.rss), text: 'RSS' },
      { href: path(paths.json), text: 'JSON Feed' },
    ],
    view: {
      newest: isNewest ? '' : path(paths.list),
      older: olderThan === undefined ? '' : path(paths.before(olderThan)),
      months: months(entries, publication).map(({ month, entries }) => ({
        month,
        entries: entries.map((entry) => ({ ...entry, href: path(paths.edition(entry.date)) })),
      })),
    },
  });
}

/** The entries by month, in their order. */
function months(entries: readonly ArchiveEntry[], publication: Publication) {
  const { language, timeZone } = publication;
  const { pages: phrases } = phrasesFor(language);
  const byMonth = Map.groupBy(entries, ({ date }) => date.slice(0, 7));
  return [...byMonth].map(([month, found]) => ({
    month: monthOf(`${month}-01`, language),
    entries: found.map(({ date, subject, correctedAt }) => ({
      date,
      subject,
      said: dayOfMonth(date, language),
      saidLong: longDate(date, language),
      corrected:
        correctedAt === undefined
          ? ''
          : phrases.corrected(momentOfYear(correctedAt, { year: date.slice(0, 4), language, timeZone })),
    })),
  }));
}

function editionPage(web: Web, publication: Publication, edition: ArchivedEdition): Promise<string> {
  const { date, page, corrections } = edition;
  const paths = archivePaths(publication);
  const path = (to: string) => web.site.path(to, publication);
  const { pages: phrases } = phrasesFor(publication.language);
  return web.pages.html({
    template: 'archived-edition',
    editionStyle: page.style === undefined ? path(web.assets.path('page.css')) : path(paths.style(date)),
    title: `${page.subject} - ${publication.name}`,
    description: page.preheader,
    canonicalPath: paths.edition(date),
    kind: 'article',
    image: page.image,
    alternates: feedAlternates(publication, (to) => web.site.url(to, publication)),
    publication,
    isHeadedByLogo: true,
    aside: { href: path(paths.list), text: phrases.archive },
    view: {
      home: path(paths.home),
      archive: path(paths.list),
      date,
      said: longDate(date, publication.language),
      byline: page.byline,
      count: page.count,
      html: page.html,
      corrections: corrections.map(({ at, note }) => ({
        said: phrases.corrected(longMoment(at, publication)),
        note,
      })),
    },
  });
}

/** The notice in place of a page that was withdrawn. */
function withdrawnPage(
  web: Web,
  publication: Publication,
  { date, at, note }: Withdrawal & { readonly date: string },
): Promise<string> {
  const paths = archivePaths(publication);
  const path = (to: string) => web.site.path(to, publication);
  const { pages: phrases } = phrasesFor(publication.language);
  return web.pages.html({
    template: 'withdrawn-edition',
    title: `${phrases.withdrawnTitle} - ${publication.name}`,
    publication,
    view: {
      archive: path(paths.list),
      date,
      said: longDate(date, publication.language),
      text: phrases.withdrawnText(publication.name, longMoment(at, publication)),
      note,
    },
  });
}
