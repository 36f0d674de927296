import type { Publication } from '../../domain/editions/publication.ts';

/** RFC 8288 link to another form of a page. */
export interface Alternate {
  readonly type: string;
  readonly href: string;
  readonly title: string;
}

/** Paths of what is to be read of a publication; each begins with a slash. */
export function archivePaths({ slug }: Pick<Publication, 'slug'>) {
  const home = `/p/${slug}`;
  return {
    home,
    list: `${home}/archive`,
    before: (date: string) => `${home}/archive?before=${date}`,
    edition: (date: string) => `${home}/archive/${date}`,
    style: (date: string) => `${home}/archive/${date}/page.css`,
    rss: `${home}/feed.xml`,
    json: `${home}/feed.json`,
  };
}

export const feedTypes = {
  rss: 'application/rss+xml; charset=utf-8',
  json: 'application/feed+json; charset=utf-8',
} as const;

/** Links for feed discovery; empty if the publication keeps its editions off the web. */
export function feedAlternates(
  publication: Publication,
  url: (path: string) => string,
): readonly Alternate[] {
  if (!publication.archive) return [];
  const paths = archivePaths(publication);
  return [
    { type: 'application/rss+xml', href: url(paths.rss), title: publication.name },
    { type: 'application/feed+json', href: url(paths.json), title: publication.name },
  ];
}
