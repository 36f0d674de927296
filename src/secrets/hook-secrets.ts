import { timingSafeEqual } from 'node:crypto';

import type { HookProvider } from '../domain/inbound/hook.ts';
import { encodeBase32 } from './base32.ts';
import { createKeyedHash } from './keyed-hash.ts';

/** The ends of the paths that providers post to. */
export interface HookSecrets {
  /** 32 characters of base32: 160 bits. */
  secretOf(provider: HookProvider): string;
  /** True for the secret of this provider under any of our secrets. */
  isSecret(provider: HookProvider, text: string): boolean;
}

const octets = 20;

/**
 * Creates the secrets in the paths of webhooks: a keyed hash of the provider's name under each of `secrets` (newest
 * first). Each provider has its own, so that none can post in the name of another one.
 */
export function createHookSecrets(options: { readonly secrets: readonly string[] }): HookSecrets {
  const hashes = options.secrets.map((secret) => createKeyedHash(secret, 'path/hook'));
  const all = (provider: HookProvider) =>
    hashes.map((hash) => encodeBase32(hash(provider).subarray(0, octets)));
  return {
    secretOf: (provider) => all(provider)[0] ?? '',
    isSecret(provider, text) {
      const given = Buffer.from(text);
      return all(provider).some((secret) => {
        const known = Buffer.from(secret);
        return known.length === given.length && timingSafeEqual(known, given);
      });
    },
  };
}
