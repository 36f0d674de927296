import { createSecretKey } from 'node:crypto';

import { expandSecret } from './derive-key.ts';
import { createShortHmac } from './short-hmac.ts';

export interface SuppressionKey {
  /** Fingerprint: identifies the secret a hash was made under, and reveals nothing about the secret. */
  readonly id: string;
  /** Returns HMAC-SHA-256 of a canonical address as base64url. */
  hash(canonical: string): string;
}

/** Derives the key of each secret, in their order: newest first. Stored hashes depend on both labels. */
export function deriveSuppressionKeys(secrets: readonly string[]): readonly SuppressionKey[] {
  return secrets.map((secret) => {
    const hmac = createShortHmac(createSecretKey(expandSecret(secret, 'daybrief suppression key', 32)));
    return {
      id: expandSecret(secret, 'daybrief suppression key id', 8).toString('hex'),
      hash: (canonical) => hmac(Buffer.from(canonical)).toString('base64url'),
    };
  });
}
