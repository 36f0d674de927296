import { AppError } from '../../errors/app-error.ts';
import type { DigestSource, FoundDigest } from '../ports/digests.ts';
import type { Clock } from '../ports/time.ts';

export interface WaivedDigestsPorts {
  readonly digestSource: Pick<DigestSource, 'readDigest'>;
  readonly findDigest: (reference: string) => Promise<FoundDigest>;
  readonly approve: (reference: string, options: { readonly actor: string }) => Promise<unknown>;
  readonly clock: Clock;
}

/** A digest that could not be frozen is tried again no sooner: rendering one costs half a second. */
const retryMs = 30_000;

/** What the schedule does with digests of publications that waive approval. */
export function createWaivedDigests(ports: WaivedDigestsPorts) {
  const failures = new Map<string, { readonly at: number; readonly error: unknown }>();
  return {
    /** @throws AppError DIGEST_NOT_FOUND, DIGEST_INVALID */
    async check(reference: string): Promise<void> {
      const found = await ports.findDigest(reference);
      const { digest, problems } = await ports.digestSource.readDigest(found);
      if (digest !== undefined) return;
      const mistakes = problems.filter(({ severity }) => severity === 'error').length;
      const what = mistakes === 1 ? 'one mistake' : `${mistakes} mistakes`;
      throw new AppError('DIGEST_INVALID', `${found.displayPath} has ${what}.`);
    },
    /** Freezes the digest as it is. Throws as `approveEdition`; soon after a failure the same without trying. */
    async approve(reference: string): Promise<void> {
      const last = failures.get(reference);
      const now = ports.clock();
      if (last !== undefined && Math.abs(now - last.at) < retryMs) throw last.error;
      try {
        await ports.approve(reference, { actor: 'clock (approval waived)' });
        failures.delete(reference);
      } catch (error) {
        failures.set(reference, { at: now, error });
        throw error;
      }
    },
  };
}
