import { timingSafeEqual } from 'node:crypto';

import { createKeyedHash } from './keyed-hash.ts';

/** Shows that two processes have the same secret, without showing it. */
export interface Identity {
  /** The answer to a challenge, in base64url; HMAC-SHA-256 under a key that is for nothing else. */
  answer(challenge: string): string;
  /** Whether an answer to the challenge was made with one of the secrets. */
  isOurs(challenge: string, answer: string): boolean;
}

/** Answers with the newest secret, and recognises answers of every one. */
export function createIdentity({ secrets }: { readonly secrets: readonly string[] }): Identity {
  const hashes = secrets.map((secret) => createKeyedHash(secret, 'identity'));
  return {
    answer: (challenge) => hashes[0]?.(challenge).toString('base64url') ?? '',
    isOurs: (challenge, answer) => {
      const given = Buffer.from(answer);
      return hashes.some((hash) => {
        const expected = Buffer.from(hash(challenge).toString('base64url'));
        return expected.length === given.length && timingSafeEqual(expected, given);
      });
    },
  };
}
