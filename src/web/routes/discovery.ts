import type { FastifyInstance } from 'fastify';
import Handlebars from 'handlebars';

import type { ArchiveDirectory } from '../../app/editions/read-archive.ts';
import type { EpochMs } from '../../domain/units.ts';
import { sendFresh } from '../http/send-fresh.ts';
import { archivePaths } from '../pages/archive-links.ts';
import type { Web } from '../web-context.ts';

/** `/sitemap.xml` and `/robots.txt`, for search engines. */
export function discoveryRoutes(app: FastifyInstance, web: Web): void {
  const rules = { access: 'public', csrf: 'none', cache: 'minutes' } as const;
  app.get('/sitemap.xml', { config: { rules } }, async (request, reply) => {
    const directory = await web.services.archive.directory();
    const body = sitemap(directory.flatMap((listed) => addressesOf(web, listed)));
    return sendFresh({ request, reply }, { body, type: 'application/xml; charset=utf-8' });
  });
  app.get('/robots.txt', { config: { rules } }, async (request, reply) => {
    const body = `User-agent: *
Disallow: /confirm/
Disallow: /unsubscribe/
Disallow: /preferences/
Disallow: /manage/
Disallow: /admin/

Sitemap: ${web.site.url('/sitemap.xml')}
`;
    return sendFresh({ request, reply }, { body, type: 'text/plain; charset=utf-8' });
  });
}

interface Address {
  readonly url: string;
  readonly changedAt?: EpochMs | undefined;
}

/** Also those on another host, whose robots.txt, which is ours as well, names this site map: sitemaps.org. */
function addressesOf({ site }: Web, { publication, entries }: ArchiveDirectory): readonly Address[] {
  const paths = archivePaths(publication);
  const url = (path: string) => site.url(path, publication);
  const changedAt = entries[0]?.changedAt;
  return [
    { url: url(paths.home), changedAt },
    ...(publication.archive ? [{ url: url(paths.list), changedAt }] : []),
    ...entries.map((entry) => ({ url: url(paths.edition(entry.date)), changedAt: entry.changedAt })),
  ];
}

/** sitemaps.org, protocol 0.9: at most 50,000 addresses. */
function sitemap(addresses: readonly Address[]): string {
  const lines = addresses.slice(0, 50_000).map(({ url, changedAt }) => {
    const changed = changedAt === undefined ? '' : `<lastmod>${new Date(changedAt).toISOString()}</lastmod>`;
    return `<url><loc>${Handlebars.escapeExpression(url)}</loc>${changed}</url>\n`;
  });
  return `<?xml version="1.0" encoding="utf-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
${lines.join('')}</urlset>
`;
}
