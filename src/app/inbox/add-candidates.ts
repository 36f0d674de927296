import type { ItemKind } from '../../domain/candidates/candidate.ts';
import { canonicalUrl } from '../../domain/candidates/canonical-url.ts';
import type { FeedSource } from '../../domain/editions/publication.ts';
import type { DigestSource } from '../ports/digests.ts';
import type {
  DigestFiles,
  FetchPage,
  Inbox,
  InboxItem,
  ReadCandidates,
  ReadCandidateSource,
} from '../ports/inbox.ts';
import type { Clock } from '../ports/time.ts';
import { instantInZone } from '../schedule/zones.ts';
import { readPastEditions } from './past-editions.ts';
import type { RanBefore } from './past-editions.ts';

export interface AddPorts {
  readonly inbox: Inbox;
  readonly digestSource: Pick<DigestSource, 'loadPublication'>;
  readonly digestFiles: Pick<DigestFiles, 'list'>;
  readonly fetchPage: FetchPage;
  readonly readSource: ReadCandidateSource;
  readonly clock: Clock;
}

/** What a curator hands over: an address, or bytes with a name for where they are from. */
export type HandedOver =
  | { readonly url: string }
  | {
      readonly bytes: Uint8Array;
      readonly form: 'auto' | 'text';
      /** "pasted text", or the file's name. */
      readonly name: string;
    };

export interface AddedItem {
  readonly item: InboxItem;
  /** False if the inbox had it before. */
  readonly isNew: boolean;
  readonly ran: RanBefore | undefined;
}

export interface AddedCandidates {
  readonly form: ReadCandidates['form'];
  readonly items: readonly AddedItem[];
  readonly dropped: readonly string[];
  readonly isCut: boolean;
}

const acceptPages = 'text/html, application/rss+xml, application/atom+xml, application/feed+json, */*;q=0.5';

/**
 * Turns a page, feed, file or paste into item files of a publication, and says which of them it ran before.
 *
 * @throws AppError PUBLICATION_NOT_FOUND, PUBLICATION_INVALID, FETCH_REFUSED, FETCH_FAILED, CANDIDATE_UNREADABLE
 */
export async function addCandidates(
  slug: string,
  handed: HandedOver,
  ports: AddPorts,
  options: {
    readonly kind?: ItemKind | undefined;
    /** Where a file or paste is from. */
    readonly sourceUrl?: string | undefined;
    readonly signal?: AbortSignal | undefined;
  } = {},
): Promise<AddedCandidates> {
  const { kind, sourceUrl, signal } = options;
  const { timeZone } = await ports.digestSource.loadPublication(slug);
  const now = ports.clock();
  const page = 'url' in handed ? await fetchOne(handed.url, ports, signal) : { ...handed, url: sourceUrl };
  const read = await ports.readSource({ ...page, now, timeZone, kind }, { signal });
  const name = 'url' in handed ? handed.url : (sourceUrl ?? handed.name);
  const added: { readonly item: InboxItem; readonly isNew: boolean }[] = [];
  for (const [index, found] of read.items.entries()) {
    const place = read.items.length > 1 && read.form === 'text' ? index + 1 : undefined;
    added.push(await ports.inbox.add(slug, toItem(found, { form: read.form, name, now, timeZone, place })));
  }
  const past = await readPastEditions(
    slug,
    added.map(({ item }) => item),
    ports.digestFiles,
  );
  const items = added.map(({ item, isNew }) => ({ item, isNew, ran: past.find(item) }));
  return { form: read.form, items, dropped: read.dropped, isCut: read.isCut };
}

async function fetchOne(url: string, { fetchPage }: AddPorts, signal: AbortSignal | undefined) {
  const fetched = await fetchPage(url, { accept: acceptPages, signal });
  return {
    bytes: fetched.bytes,
    contentType: fetched.headers['content-type'],
    form: 'auto' as const,
    url: fetched.url,
  };
}

/** An item of the inbox; two of the same address, or two pastes of the same text, are the same. */
export function toItem(
  { candidate, markdown }: ReadCandidates['items'][number],
  about: {
    readonly form: ReadCandidates['form'];
    readonly name: string;
    readonly now: number;
    readonly timeZone: string;
    readonly feed?: FeedSource;
    readonly place?: number | undefined;
  },
): Parameters<Inbox['add']>[1] {
  const { kind, headline, published, url, site } = candidate;
  return {
    head: {
      kind,
      source: url ?? about.name,
      site: about.feed?.name ?? site,
      feed: about.feed?.url,
      found: instantInZone(about.now, about.timeZone),
      published: published === undefined ? undefined : instantInZone(Date.parse(published), about.timeZone),
      state: 'new',
      place: about.place,
    },
    headline,
    markdown,
    // A paste may have several stories from one address.
    key:
      (about.form === 'text' || url === undefined ? undefined : canonicalUrl(url)) ?? withoutTimes(markdown),
  };
}

/** "2 hours ago" is another time when the same text is pasted again. */
function withoutTimes(markdown: string): string {
  return markdown.replaceAll(/ ?\b(?:published|updated)="[^"]*"/gu, '');
}
