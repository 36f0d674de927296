import type { Publication } from '../../domain/editions/publication.ts';
import { isSlug } from '../../domain/editions/slug.ts';
import { AppError } from '../../errors/app-error.ts';
import type { Log } from '../../log/log.ts';
import type { PublicationRecord, Publications } from '../ports/publications.ts';
import type { Clock } from '../ports/time.ts';

export interface PublicationFiles {
  /** Slugs of all there are, in order. */
  list(): Promise<readonly string[]>;
  /** Changes with the file; undefined if there is no file. */
  stamp(slug: string): Promise<string | undefined>;
  /** @throws AppError PUBLICATION_NOT_FOUND, PUBLICATION_INVALID */
  load(slug: string): Promise<Publication>;
  /** The id the database knows it by; a new one is made known. */
  id(slug: string): Promise<number>;
}

/** Files are looked at again after this long. */
const freshMs = 1_000;

/** Opens the publications of a folder, and reads a file again after it has changed. */
export function openPublications(
  files: PublicationFiles,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): Publications {
  /** By slug: contains only publications that have a file, so that unknown names cannot fill it. */
  const kept = new Map<string, { readonly stamp: string; readonly known: PublicationRecord | undefined }>();

  const read = async (slug: string): Promise<PublicationRecord | undefined> => {
    const stamp = await files.stamp(slug);
    const before = kept.get(slug);
    if (stamp === undefined) {
      kept.delete(slug);
      return undefined;
    }
    if (before?.stamp === stamp) return before.known;
    const lastGood = before?.known;
    try {
      const publication = await files.load(slug);
      const known = { id: lastGood?.id ?? (await files.id(slug)), publication };
      kept.set(slug, { stamp, known });
      return known;
    } catch (error) {
      log.error({ publication: slug, error }, 'publication.yaml cannot be used: the last good one stays');
      // A mistake in a file stays until the file changes; a failing database or disk may recover.
      const isFinal = error instanceof AppError && error.code === 'PUBLICATION_INVALID';
      if (isFinal) kept.set(slug, { stamp, known: lastGood });
      return lastGood;
    }
  };
  const all = refreshed(clock, async () => {
    const known = await Promise.all((await files.list()).map(read));
    return known.filter((one) => one !== undefined);
  });
  return {
    find: async (slug) =>
      isSlug(slug) ? (await all()).find(({ publication }) => publication.slug === slug) : undefined,
    byId: async (publicationId) => (await all()).find(({ id }) => id === publicationId),
    all,
  };
}

/** Caches a result for one second. Failures are not cached. */
function refreshed<T>(clock: Clock, look: () => Promise<T>): () => Promise<T> {
  let last: { readonly at: number; readonly answer: Promise<T> } | undefined;
  return () => {
    const now = clock();
    if (last !== undefined && now >= last.at && now - last.at < freshMs) return last.answer;
    const answer = look();
    const begun = { at: now, answer };
    last = begun;
    answer.catch(() => {
      if (last === begun) last = undefined;
    });
    return answer;
  };
}
