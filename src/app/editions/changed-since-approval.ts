import { isDeepStrictEqual } from 'node:util';

import type { Digest } from '../../domain/editions/digest.ts';
import type { Edition } from '../../domain/editions/edition.ts';
import { AppError } from '../../errors/app-error.ts';
import type { DigestSource, FoundDigest } from '../ports/digests.ts';
import type { Editions } from '../ports/editions.ts';

export interface ChangedPorts {
  readonly editions: Pick<Editions, 'revision'>;
  readonly digestSource: Pick<DigestSource, 'readDigest'>;
  /** @throws AppError DIGEST_NOT_FOUND, PUBLICATION_NOT_FOUND, PUBLICATION_INVALID */
  readonly findDigest: (reference: string) => Promise<FoundDigest>;
}

/**
 * Returns true if the digest file of an edition differs from its approved revision, or has mistakes by now. A file
 * that is gone changes nothing. An edition that was sent has not changed.
 */
export async function hasChangedSinceApproval(
  { publication, edition }: { readonly publication: string; readonly edition: Edition },
  ports: ChangedPorts,
): Promise<boolean> {
  if (!['approved', 'scheduled', 'sending'].includes(edition.state)) return false;
  const revision = await ports.editions.revision(edition.id, edition.revision);
  if (revision === undefined) return false;
  const digest = await readDigest(`${publication}/${edition.date}`, ports);
  if (digest === 'missing') return false;
  // As JSON, which has no undefined values, and whatever the order of the keys.
  return digest === undefined || !isDeepStrictEqual(throughJson(digest), JSON.parse(revision.digest));
}

/** Undefined if the digest has mistakes. */
async function readDigest(reference: string, ports: ChangedPorts): Promise<Digest | 'missing' | undefined> {
  try {
    return (await ports.digestSource.readDigest(await ports.findDigest(reference))).digest;
  } catch (error) {
    if (error instanceof AppError && error.kind !== 'unavailable') return 'missing';
    throw error;
  }
}

function throughJson(digest: Digest): unknown {
  return JSON.parse(JSON.stringify(digest));
}
