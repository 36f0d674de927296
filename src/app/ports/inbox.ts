import type { ItemKind } from '../../domain/candidates/candidate.ts';
import type { DaySkeleton, StandingSponsor } from '../../domain/candidates/day-skeleton.ts';
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

export interface CandidateSource {
  readonly bytes: Uint8Array;
  readonly contentType?: string | undefined;
  readonly form: 'auto' | 'text';
  readonly url?: string | undefined;
  /** Epoch milliseconds. */
  readonly now: number;
  readonly timeZone: string;
  readonly kind?: ItemKind | undefined;
}

export interface ReadCandidates {
  readonly form: 'page' | 'feed' | 'text';
  readonly items: readonly {
    readonly candidate: {
      readonly kind: ItemKind;
      readonly headline?: string;
      /** UTC, ISO 8601. */
      readonly published?: string;
      readonly url?: string;
      readonly site?: string;
    };
    readonly markdown: string;
  }[];
  /** Lines of page furniture that were left out. */
  readonly dropped: readonly string[];
  /** The page was longer than a digest can be. */
  readonly isCut: boolean;
}

/** @throws AppError CANDIDATE_UNREADABLE */
export type ReadCandidateSource = (
  source: CandidateSource,
  options: { readonly signal?: AbortSignal | undefined },
) => Promise<ReadCandidates>;

export interface FetchedPage {
  /** After redirects. */
  readonly url: string;
  /** 304 if it has not changed. */
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly bytes: Uint8Array;
}

/** @throws AppError FETCH_REFUSED, FETCH_FAILED */
export type FetchPage = (
  url: string,
  request: {
    readonly accept?: string;
    readonly etag?: string | undefined;
    readonly lastModified?: string | undefined;
    readonly signal?: AbortSignal | undefined;
  },
) => Promise<FetchedPage>;

/** The digests of a publication, and what its days have in common. */
export interface DigestFiles {
  /** Dates that have a digest, in order. */
  dates(slug: string): Promise<readonly IsoDate[]>;
  /** Undefined if it cannot be read. */
  read(slug: string, date: IsoDate): Promise<Digest | undefined>;
  /** @throws AppError DIGEST_EXISTS if there is a file of that date. */
  create(slug: string, date: IsoDate, text: string): Promise<{ readonly displayPath: string }>;
  /** @throws AppError PUBLICATION_INVALID */
  loadSkeleton(
    slug: string,
  ): Promise<{ readonly skeleton: DaySkeleton; readonly sponsors: readonly StandingSponsor[] }>;
}
