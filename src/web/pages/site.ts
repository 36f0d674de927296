import type { Publication } from '../../domain/editions/publication.ts';

type Based = Pick<Publication, 'webBaseUrl'>;

/** The public address of the pages. Paths begin with a slash. */
export interface Site {
  /** `https://news.example.org` */
  origin(publication?: Based): string;
  /** Absolute, for mail, feeds and canonical links. */
  url(path: string, publication?: Based): string;
  /** From the root of the host, for links within the pages. */
  path(path: string, publication?: Based): string;
  /** Whether visitors come by https. */
  readonly isSecure: boolean;
}

/** The site of a base URL without a trailing slash; a publication may have one of its own. */
export function createSite(baseUrl: string): Site {
  const base = (publication?: Based) => publication?.webBaseUrl ?? baseUrl;
  return {
    origin: (publication) => new URL(base(publication)).origin,
    url: (path, publication) => `${base(publication)}${path}`,
    path: (path, publication) => `${new URL(base(publication)).pathname.replace(/\/$/u, '')}${path}`,
    isSecure: baseUrl.startsWith('https:'),
  };
}
