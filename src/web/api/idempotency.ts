import type { FastifyRequest } from 'fastify';

import type { Once } from '../../app/api/once.ts';
import type { StoredAnswer } from '../../app/ports/accounts.ts';
import { AppError } from '../../errors/app-error.ts';
import { InvalidRequest } from './problem.ts';

/**
 * Reads the Idempotency-Key: a string of RFC 8941 as the draft asks for (`"8e03"`), or the same without quotation
 * marks, as most clients send it. Undefined without one.
 *
 * @throws InvalidRequest REQUEST_MALFORMED
 */
export function readIdempotencyKey({ headers }: Pick<FastifyRequest, 'headers'>): string | undefined {
  const text = headers['idempotency-key'];
  if (text === undefined) return undefined;
  const [, quoted, bare] =
    /^(?:"([\x20\x21\x23-\x5b\x5d-\x7e]{1,255})"|([\x21\x23-\x5b\x5d-\x7e]{1,255}))$/u.exec(
      typeof text === 'string' ? text.trim() : '',
    ) ?? [];
  const key = quoted ?? bare;
  if (key !== undefined) return key;
  throw new InvalidRequest('REQUEST_MALFORMED', 'The Idempotency-Key cannot be read.', [
    {
      in: 'header',
      at: 'Idempotency-Key',
      message: 'Expected 1 to 255 printable ASCII characters in quotation marks.',
    },
  ]);
}

/**
 * Carries out a request once. A refused request changed nothing, so that its key is free again.
 *
 * @returns the answer; `isReplayed` if it is the stored one
 * @throws AppError IDEMPOTENCY_KEY_REUSED (422), IDEMPOTENCY_KEY_BUSY (409), and what the work throws
 */
export async function carryOutOnce(
  once: Once,
  request: { readonly tokenId: number; readonly key: string; readonly fingerprint: string },
  work: () => Promise<StoredAnswer>,
): Promise<StoredAnswer & { readonly isReplayed: boolean }> {
  const begun = await once.begin(request);
  switch (begun.kind) {
    case 'done':
      return { ...begun.answer, isReplayed: true };
    case 'other':
      throw new AppError('IDEMPOTENCY_KEY_REUSED', 'The Idempotency-Key was used with another request.', {
        hint: 'Take a new key for each request, such as a UUID, and the same only to repeat one.',
      });
    case 'running':
      throw new AppError(
        'IDEMPOTENCY_KEY_BUSY',
        'The request with this Idempotency-Key is being carried out.',
        {
          hint: 'Send it again in a second: then its answer is there.',
        },
      );
    case 'begun': {
      let answer: StoredAnswer;
      try {
        answer = await work();
      } catch (error) {
        await once.forget(request, begun.fence);
        throw error;
      }
      await once.finish(request, begun.fence, answer);
      return { ...answer, isReplayed: false };
    }
  }
}
