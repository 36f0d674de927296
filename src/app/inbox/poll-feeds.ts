import { canonicalUrl } from '../../domain/candidates/canonical-url.ts';
import type { FeedSource, Publication } from '../../domain/editions/publication.ts';
import { AppError } from '../../errors/app-error.ts';
import type { Log } from '../../log/log.ts';
import type { DigestSource } from '../ports/digests.ts';
import type {
  FeedState,
  FeedStates,
  FetchPage,
  Inbox,
  ReadCandidates,
  ReadCandidateSource,
} from '../ports/inbox.ts';
import type { Clock } from '../ports/time.ts';
import { toItem } from './add-candidates.ts';

export interface PollPorts {
  readonly inbox: Pick<Inbox, 'add' | 'readFeedStates' | 'writeFeedStates'>;
  readonly digestSource: Pick<DigestSource, 'loadPublication'>;
  readonly fetchPage: FetchPage;
  readonly readSource: ReadCandidateSource;
  readonly clock: Clock;
  readonly log: Log;
}

export interface PolledFeed {
  readonly url: string;
  /** Items added to the inbox. */
  readonly added: number;
  /** The feed said that nothing has changed. */
  readonly unchanged: boolean;
  readonly problem: string | undefined;
}

/** How often a feed is asked, and how seldom one that fails. */
const intervalMs = 15 * 60_000;
const maxIntervalMs = 6 * 3_600_000;
/** Entries that are older when they are first seen are no news. */
const maxAgeMs = 3 * 24 * 3_600_000;
/** Remembered entries of a feed. */
const maxSeen = 1_000;

const nothingYet: FeedState = { checkedAt: 0, failures: 0, seen: [] };

/**
 * Asks the feeds of a publication that are due for what is new, and adds it to the inbox. An entry is added once, also
 * if it was dropped; a feed that has not changed is not sent again (ETag, Last-Modified).
 *
 * @throws AppError PUBLICATION_NOT_FOUND, PUBLICATION_INVALID
 */
export async function pollFeeds(
  slug: string,
  ports: PollPorts,
  options: { readonly signal: AbortSignal; readonly evenIfNotDue?: boolean },
): Promise<readonly PolledFeed[]> {
  const publication = await ports.digestSource.loadPublication(slug);
  const polled: PolledFeed[] = [];
  for (const feed of publication.feeds ?? []) {
    if (options.signal.aborted) break;
    const states = await ports.inbox.readFeedStates(slug);
    const state = states[feed.url] ?? nothingYet;
    if (options.evenIfNotDue !== true && ports.clock() < dueAt(state)) continue;
    // Written first, so that another process does not ask at the same time.
    await saveState(slug, feed.url, { ...state, checkedAt: ports.clock() }, ports);
    const { state: next, ...outcome } = await pollFeed(publication, { feed, state }, ports, options.signal);
    await saveState(slug, feed.url, next, ports);
    polled.push(outcome);
  }
  return polled;
}

function dueAt({ checkedAt, failures }: FeedState): number {
  return checkedAt + Math.min(intervalMs * 2 ** Math.min(failures, 10), maxIntervalMs);
}

async function saveState(slug: string, url: string, state: FeedState, { inbox }: PollPorts): Promise<void> {
  const states: FeedStates = await inbox.readFeedStates(slug);
  await inbox.writeFeedStates(slug, { ...states, [url]: state });
}

type Outcome = PolledFeed & { readonly state: FeedState };

async function pollFeed(
  publication: Publication,
  { feed, state }: { readonly feed: FeedSource; readonly state: FeedState },
  ports: PollPorts,
  signal: AbortSignal,
): Promise<Outcome> {
  const now = ports.clock();
  const { url } = feed;
  try {
    const { etag, lastModified } = state;
    const accept = 'application/rss+xml, application/atom+xml, application/feed+json, */*;q=0.5';
    const fetched = await ports.fetchPage(url, { accept, etag, lastModified, signal });
    if (fetched.status === 304) {
      return { url, added: 0, unchanged: true, problem: undefined, state: succeeded(state, now) };
    }
    const contentType = fetched.headers['content-type'];
    const { timeZone } = publication;
    const source = {
      bytes: fetched.bytes,
      contentType,
      form: 'auto' as const,
      url: fetched.url,
      now,
      timeZone,
    };
    const read = await ports.readSource(source, { signal });
    if (read.form !== 'feed') throw new AppError('CANDIDATE_UNREADABLE', `${url} is a page, not a feed.`);
    const { added, seen } = await addEntries(publication, { feed, read, state, now }, ports);
    const validators = { etag: fetched.headers['etag'], lastModified: fetched.headers['last-modified'] };
    return {
      url,
      added,
      unchanged: false,
      problem: undefined,
      state: { ...succeeded(state, now), ...validators, seen },
    };
  } catch (error) {
    if (signal.aborted) return { url, added: 0, unchanged: false, problem: undefined, state };
    if (!(error instanceof AppError)) throw error;
    ports.log.warn(
      { feed: url, publication: publication.slug, reason: error.message },
      'a feed could not be read',
    );
    const failed = { ...state, checkedAt: now, failures: state.failures + 1, problem: error.message };
    return { url, added: 0, unchanged: false, problem: error.message, state: failed };
  }
}

function succeeded({ problem: _problem, ...state }: FeedState, now: number): FeedState {
  return { ...state, checkedAt: now, failures: 0 };
}

async function addEntries(
  { slug, timeZone }: Publication,
  found: {
    readonly feed: FeedSource;
    readonly read: ReadCandidates;
    readonly state: FeedState;
    readonly now: number;
  },
  { inbox }: PollPorts,
): Promise<{ readonly added: number; readonly seen: readonly string[] }> {
  const { feed, read, state, now } = found;
  const seen = new Set(state.seen);
  let added = 0;
  // Oldest first, so that what was seen last is remembered longest.
  for (const entry of read.items.toReversed()) {
    const { url, headline = '', published } = entry.candidate;
    const key = (url === undefined ? undefined : canonicalUrl(url)) ?? headline;
    if (seen.has(key)) continue;
    seen.add(key);
    if (published !== undefined && now - Date.parse(published) > maxAgeMs) continue;
    const { isNew } = await inbox.add(
      slug,
      toItem(entry, { form: 'feed', name: feed.url, now, timeZone, feed }),
    );
    if (isNew) added += 1;
  }
  return { added, seen: [...seen].slice(-maxSeen) };
}
