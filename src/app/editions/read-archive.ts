import type { Readable } from 'node:stream';

import type {
  ArchiveEntry,
  ArchivedEdition,
  ArchiveQuery,
  Withdrawal,
} from '../../domain/editions/archived-edition.ts';
import type { Publication } from '../../domain/editions/publication.ts';
import { isCalendarDate } from '../../domain/time/calendar.ts';
import type { PublicationRecord, Publications } from '../ports/publications.ts';

export interface ArchivePorts {
  readonly publications: Pick<Publications, 'find' | 'all'>;
  /** Nothing but editions that went out or are going out, newest first. */
  readonly archive: (query: ArchiveQuery) => Promise<readonly ArchiveEntry[]>;
  /** The same with their pages. */
  readonly archivedEditions: (query: ArchiveQuery) => Promise<readonly ArchivedEdition[]>;
  readonly withdrawal: (query: {
    readonly publicationId: number;
    readonly date: string;
  }) => Promise<Withdrawal | undefined>;
  /** Undefined for an invalid or unknown name. */
  readonly openImage: (name: string) => Promise<StoredImage | undefined>;
}

/** An image of an edition. The caller reads the stream to its end or destroys it. */
export interface StoredImage {
  readonly contentType: string;
  readonly sizeBytes: number;
  readonly stream: Readable;
}

/** One page of the archive. */
export interface ArchiveList {
  readonly publication: Publication;
  readonly entries: readonly ArchiveEntry[];
  /** Set if the page begins before this date instead of at the newest edition. */
  readonly before?: string;
  /** Set if there are older editions: those before this date. */
  readonly olderThan?: string;
}

/** Lists everything public, for the site map. */
export interface ArchiveDirectory {
  readonly publication: Publication;
  readonly entries: readonly ArchiveEntry[];
}

/** One edition's page, or the notice in its place. */
export type ArchivePage = { readonly publication: Publication } & (
  | { readonly edition: ArchivedEdition }
  | { readonly withdrawal: Withdrawal }
);

/** Builds the archive's actions. A publication or edition that is not public is treated as missing. */
export interface ArchiveActions {
  /** @param options.before a date; anything else reads from the newest */
  list(slug: string, options: { readonly before?: string | undefined }): Promise<ArchiveList | undefined>;
  edition(slug: string, date: string): Promise<ArchivePage | undefined>;
  /** The newest editions with their full text, for feeds. */
  newest(
    slug: string,
  ): Promise<
    { readonly publication: Publication; readonly editions: readonly ArchivedEdition[] } | undefined
  >;
  /** The edition that was sent last, for the sample on the signup page. */
  latest(slug: string): Promise<ArchivedEdition | undefined>;
  /** Every publication by name, each with the newest editions that are on the web. */
  directory(): Promise<readonly ArchiveDirectory[]>;
  image(name: string): Promise<StoredImage | undefined>;
}

/** Lines on one page of the archive: a month and a bit. */
const listed = 40;
/** Editions in a feed: two weeks of a newsletter that comes on working days. */
const inFeed = 10;
/** Of each publication in the directory; three years of daily editions. */
const inDirectory = 1_000;

export function createArchiveActions(ports: ArchivePorts): ArchiveActions {
  const find = async (slug: string): Promise<PublicationRecord | undefined> => {
    const known = await ports.publications.find(slug);
    return known?.publication.archive === true ? known : undefined;
  };
  const newest = async (slug: string, limit: number) => {
    const known = await find(slug);
    if (known === undefined) return undefined;
    const { id: publicationId, publication } = known;
    return { publication, editions: await ports.archivedEditions({ publicationId, limit }) };
  };
  return {
    async list(slug, { before }) {
      const known = await find(slug);
      if (known === undefined) return undefined;
      const { id: publicationId, publication } = known;
      const start = before !== undefined && isCalendarDate(before) ? { before } : {};
      const entries = await ports.archive({ publicationId, ...start, limit: listed + 1 });
      const shown = entries.slice(0, listed);
      const last = shown.at(-1);
      const more = last !== undefined && entries.length > listed ? { olderThan: last.date } : {};
      return { publication, entries: shown, ...start, ...more };
    },
    async edition(slug, date) {
      const known = isCalendarDate(date) ? await find(slug) : undefined;
      if (known === undefined) return undefined;
      const { id: publicationId, publication } = known;
      const [edition] = await ports.archivedEditions({ publicationId, date, limit: 1 });
      if (edition !== undefined) return { publication, edition };
      const withdrawal = await ports.withdrawal({ publicationId, date });
      return withdrawal && { publication, withdrawal };
    },
    newest: (slug) => newest(slug, inFeed),
    async latest(slug) {
      const found = await newest(slug, 1);
      return found?.editions[0];
    },
    async directory() {
      const directory: ArchiveDirectory[] = [];
      for (const { id: publicationId, publication } of await ports.publications.all()) {
        const entries = publication.archive ? await ports.archive({ publicationId, limit: inDirectory }) : [];
        directory.push({ publication, entries });
      }
      return directory;
    },
    image: (name) => ports.openImage(name),
  };
}
