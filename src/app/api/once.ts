import type { BegunRequest, IdempotentRequest, IdempotentRequests, StoredAnswer } from '../ports/accounts.ts';
import type { Clock } from '../ports/time.ts';

/**
 * Longer than any request may take. A process that stops while it carries one out leaves its key claimed for this long;
 * then the same request is carried out again, which is safe because actions compare and set.
 */
const leaseMs = 120_000;
/** How long an answer is kept. */
const keptMs = 24 * 3_600_000;
/** Old requests are looked for so often, and deleted so many at a time; after a full slice the next request goes on. */
const sweepEveryMs = 60_000;
const sweepLimit = 500;

/** Carries out requests with an Idempotency-Key once (draft-ietf-httpapi-idempotency-key-header-07). */
export interface Once {
  begin(request: IdempotentRequest): Promise<BegunRequest>;
  finish(request: IdempotentRequest, fence: number, answer: StoredAnswer): Promise<void>;
  /** The request was refused and changed nothing: its key may be used again. */
  forget(request: IdempotentRequest, fence: number): Promise<void>;
}

export function createOnce(requests: IdempotentRequests, clock: Clock): Once {
  let sweptAt = Number.NEGATIVE_INFINITY;
  return {
    async begin(request) {
      const now = clock();
      if (now - sweptAt >= sweepEveryMs) {
        sweptAt = now;
        const deleted = await requests.deleteBefore(now - keptMs, sweepLimit);
        if (deleted === sweepLimit) sweptAt = Number.NEGATIVE_INFINITY;
      }
      return requests.begin(request, { now, leaseMs, keptMs });
    },
    finish: (request, fence, answer) => requests.finish(request, { fence, answer, now: clock() }),
    forget: (request, fence) => requests.forget(request, fence),
  };
}
