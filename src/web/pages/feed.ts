import { generateJsonFeed, generateRssFeed } from 'feedsmith';
import Handlebars from 'handlebars';

import type { ArchivedEdition } from '../../domain/editions/archived-edition.ts';
import type { Publication } from '../../domain/editions/publication.ts';
import { phrasesFor } from '../../phrases/phrases-for.ts';
import { archivePaths } from './archive-links.ts';
import { longMoment } from './edition-dates.ts';

export interface FeedSource {
  readonly publication: Publication;
  /** Newest first. */
  readonly editions: readonly ArchivedEdition[];
  /** Absolute URL of a path. */
  readonly url: (path: string) => string;
}

/** RSS 2.0 with the whole text of each edition (RSS content module), and its own address (Atom link). */
export function rssFeed({ publication, editions, url }: FeedSource): string {
  const paths = archivePaths(publication);
  const [newest] = editions;
  const feed = generateRssFeed({
    title: publication.name,
    link: url(paths.home),
    description: publication.description || publication.name,
    language: publication.language,
    ...(newest === undefined ? {} : { lastBuildDate: new Date(newest.changedAt) }),
    atom: { links: [{ href: url(paths.rss), rel: 'self', type: 'application/rss+xml' }] },
    items: editions.map((edition) => {
      const link = url(paths.edition(edition.date));
      return {
        title: edition.subject,
        link,
        guid: { value: link, isPermaLink: true },
        pubDate: new Date(edition.publishedAt),
        // Readers take it for HTML.
        description: Handlebars.escapeExpression(edition.page.preheader),
        content: { encoded: contentOf(edition, publication) },
      };
    }),
  });
  return feed.replaceAll(notInXml, '');
}

/** JSON Feed 1.1 with the whole text of each edition, as HTML and plain. */
export function jsonFeed({ publication, editions, url }: FeedSource): string {
  const paths = archivePaths(publication);
  const feed: unknown = generateJsonFeed({
    title: publication.name,
    home_page_url: url(paths.home),
    feed_url: url(paths.json),
    description: publication.description || publication.name,
    language: publication.language,
    items: editions.map((edition) => {
      const link = url(paths.edition(edition.date));
      return {
        id: link,
        url: link,
        title: edition.subject,
        summary: edition.page.preheader,
        content_html: contentOf(edition, publication),
        content_text: edition.page.text,
        date_published: new Date(edition.publishedAt),
        date_modified: new Date(edition.changedAt),
        ...(edition.page.image === undefined ? {} : { image: edition.page.image.url }),
      };
    }),
  });
  // The generator omits an empty list; JSON Feed 1.1 requires one.
  return JSON.stringify(Object.assign({ items: [] }, feed));
}

/** What XML 1.0 section 2.2 has no place for, written in any way. */
const notInXml = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;

/** The edition, with its corrections said before it. */
function contentOf({ corrections, page }: ArchivedEdition, publication: Publication): string {
  const { pages: phrases } = phrasesFor(publication.language);
  const lines = corrections.map(({ at, note }) =>
    [phrases.corrected(longMoment(at, publication)), note].filter((part) => part !== '').join(' - '),
  );
  return [...lines.map((line) => `<p><em>${Handlebars.escapeExpression(line)}</em></p>\n`), page.html].join(
    '',
  );
}
