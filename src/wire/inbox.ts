import type { HandedOver } from '../app/inbox/add-candidates.ts';
import type { DigestFiles, FetchPage, ReadCandidateSource } from '../app/ports/inbox.ts';
import type { ItemKind } from '../domain/candidates/candidate.ts';
import { AppError } from '../errors/app-error.ts';
import type { WireBase } from './base.ts';
import { lazy } from './base.ts';

interface AddFlags {
  readonly kind?: ItemKind | undefined;
  readonly sourceUrl?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Builds the actions on candidates: everything is in files, so that none of them needs a database. */
export function wireInbox({ config, digestSource, clock, log }: WireBase) {
  const { digests: digestsDir } = config;
  const openInbox = lazy(async () =>
    (await import('../candidates/inbox-folder.ts')).openInboxFolder(digestsDir),
  );
  const digestFiles = wireDigestFiles(digestsDir);
  const listPublications = async () =>
    (await import('../content/publication/list-publications.ts')).listPublications(digestsDir);
  const fetchPage = lazy(async () => (await import('../fetch/safe-fetch.ts')).createSafeFetch());
  const readSource: ReadCandidateSource = async (source, options) =>
    (await import('../candidates/read-candidates.ts')).readCandidates(source, options);
  const fetchPort: FetchPage = async (url, request) => (await fetchPage())(url, request);
  const ports = async () => ({
    inbox: await openInbox(),
    digestSource,
    digestFiles,
    fetchPage: fetchPort,
    readSource,
    clock,
    log,
  });
  const poll = async (
    slug: string,
    options: { readonly signal: AbortSignal; readonly evenIfNotDue?: boolean },
  ) => {
    const { pollFeeds } = await import('../app/inbox/poll-feeds.ts');
    return pollFeeds(slug, await ports(), options);
  };
  return {
    inbox: {
      listPublications,
      add: async (slug: string, handed: HandedOver, flags: AddFlags) => {
        const { addCandidates } = await import('../app/inbox/add-candidates.ts');
        return addCandidates(slug, handed, await ports(), flags);
      },
      list: async (slug: string, options: { readonly all: boolean; readonly limit: number }) =>
        (await import('../app/inbox/curate-inbox.ts')).listInbox(slug, await ports(), options),
      pick: async (slug: string, names: readonly string[]) =>
        (await import('../app/inbox/curate-inbox.ts')).pickItems(slug, names, await ports()),
      drop: async (slug: string, names: readonly string[]) =>
        (await import('../app/inbox/curate-inbox.ts')).dropItems(slug, names, await ports()),
      poll,
    },
    /** The day that `newDigest` takes for a publication; undefined if there is none. */
    nextDigestDate: async (slug: string) =>
      (await import('../app/inbox/new-digest.ts')).nextDigestDate(slug, await ports()),
    newDigest: async (reference: string) =>
      (await import('../app/inbox/new-digest.ts')).newDigest(reference, await ports()),
    /** Asks the feeds of every publication that are due; one with mistakes in its files does not stop the others. */
    pollFeeds: async ({ signal }: { readonly signal: AbortSignal }) => {
      for (const slug of await listPublications()) {
        const { feeds = [] } = await digestSource.loadPublication(slug).catch(ignoreMistakes);
        if (feeds.length > 0 && !signal.aborted) await poll(slug, { signal });
      }
    },
  };
}

/** The schedule says what is wrong with a publication. */
function ignoreMistakes(error: unknown): { readonly feeds?: readonly never[] } {
  if (error instanceof AppError) return {};
  throw error;
}

function wireDigestFiles(digestsDir: string): DigestFiles {
  const files = lazy(() => import('../content/digest-files.ts'));
  return {
    list: async (slug) => (await files()).listDigests(digestsDir, slug),
    create: async (slug, date, text) => (await files()).createDigest(digestsDir, { slug, date, text }),
    loadSkeleton: async (slug) =>
      (await import('../content/publication/load-skeleton.ts')).loadSkeleton({ digestsDir, slug }),
  };
}
