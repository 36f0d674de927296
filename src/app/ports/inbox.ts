import type { Candidate, ItemKind } from '../../domain/candidates/candidate.ts';
import type { DaySkeleton, DaySponsor } from '../../domain/candidates/day-skeleton.ts';
import type { Digest } from '../../domain/editions/digest.ts';
import type { IsoDate } from '../../domain/units.ts';

export type ItemState = 'new' | 'picked' | 'used' | 'dropped';

/** What an item file says above its text. Times are ISO 8601, in the zone of the publication. */
export interface ItemHead {
  readonly kind: ItemKind;
  /** An address, or in words where it is from: "pasted text". */
  readonly source: string;
  /** The name of the site or feed. */
  readonly site?: string | undefined;
  /** The address of the feed that brought it. */
  readonly feed?: string | undefined;
  readonly found: string;
  readonly published?: string | undefined;
  readonly state: ItemState;
  /** Its place among the stories of one paste. */
  readonly place?: number | undefined;
  /** Of picked items, their place. */
  readonly order?: number | undefined;
  /** Of used items, the date of the digest. */
  readonly edition?: IsoDate | undefined;
}

export interface InboxItem extends ItemHead {
  /** The end of the file's name, by which commands name it. */
  readonly id: string;
  /** As the user would type it. */
  readonly displayPath: string;
  /** Undefined if it is still to be written. */
  readonly headline: string | undefined;
  /** A part of a digest. */
  readonly markdown: string;
}

/** The item files of the publications, `digests/<publication>/inbox/`. */
export interface Inbox {
  /** Adds an item unless one of the same source is there; `key` says what is the same. */
  add(
    slug: string,
    item: {
      readonly head: ItemHead;
      readonly markdown: string;
      readonly headline: string | undefined;
      readonly key: string;
    },
  ): Promise<{ readonly item: InboxItem; readonly isNew: boolean }>;
  /** Oldest first. */
  list(slug: string): Promise<readonly InboxItem[]>;
  change(slug: string, id: string, changes: Partial<ItemHead>): Promise<void>;
  readFeedStates(slug: string): Promise<FeedStates>;
  writeFeedStates(slug: string, states: FeedStates): Promise<void>;
}

/** What is known of each feed, by its address. */
export type FeedStates = Readonly<Record<string, FeedState>>;

export interface FeedState {
  /** Epoch milliseconds. */
  readonly checkedAt: number;
  readonly etag?: string | undefined;
  readonly lastModified?: string | undefined;
  /** Failures since the last success. */
  readonly failures: number;
  readonly problem?: string | undefined;
  /** Keys of entries that were seen, the newest last. */
  readonly seen: readonly string[];
}

/** What a curator handed over, and what it is read for. */
export interface CandidateSource {
  readonly bytes: Uint8Array;
  /** As the server says it. */
  readonly contentType?: string | undefined;
  /** `text` is never taken for a page or feed; `auto` looks at the text. */
  readonly form: 'auto' | 'text';
  readonly url?: string | undefined;
  /** Epoch milliseconds, which "2 hours ago" is counted from. */
  readonly now: number;
  /** IANA zone of the publication. */
  readonly timeZone: string;
  /** Instead of a guess. */
  readonly kind?: ItemKind | undefined;
}

/** A candidate with its Markdown. */
export interface WrittenCandidate {
  readonly candidate: Pick<Candidate, 'kind' | 'headline' | 'published' | 'url' | 'site'>;
  readonly markdown: string;
}

export interface ReadCandidates {
  readonly form: 'page' | 'feed' | 'text';
  readonly items: readonly WrittenCandidate[];
  /** Lines of page furniture that were left out. */
  readonly dropped: readonly string[];
  /** The page went on beyond what a digest can take. */
  readonly isCut: boolean;
}

/** @throws AppError CANDIDATE_UNREADABLE */
export type ReadCandidateSource = (
  source: CandidateSource,
  options: { readonly signal?: AbortSignal | undefined },
) => Promise<ReadCandidates>;

/** What came back: the page itself, or that it has not changed since the validators that were sent. */
export interface FetchedPage {
  /** The address after all redirects. */
  readonly url: string;
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Empty if `status` is 304. */
  readonly bytes: Uint8Array;
}

export interface FetchRequest {
  /** Value of the Accept header. */
  readonly accept?: string;
  /** ETag of an earlier answer. */
  readonly etag?: string | undefined;
  /** Last-Modified of an earlier answer. */
  readonly lastModified?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** @throws AppError FETCH_REFUSED, FETCH_FAILED */
export type FetchPage = (url: string, request?: FetchRequest) => Promise<FetchedPage>;

/** A digest file that is there. */
export interface PastDigest {
  readonly date: IsoDate;
  /** Empty if it cannot be read. */
  text(): Promise<string>;
  /** What can be read of the digest; undefined if nothing can. */
  digest(): Promise<Digest | undefined>;
}

/** The digests of a publication, and what its days have in common. */
export interface DigestFiles {
  /** By date. */
  list(slug: string): Promise<readonly PastDigest[]>;
  /** @throws AppError DIGEST_EXISTS if there is a file of that date. */
  create(slug: string, date: IsoDate, text: string): Promise<{ readonly displayPath: string }>;
  /** @throws AppError PUBLICATION_INVALID */
  loadSkeleton(
    slug: string,
  ): Promise<{ readonly skeleton: DaySkeleton; readonly sponsors: readonly DaySponsor[] }>;
}
