import { createHmac } from 'node:crypto';

import { deriveKey } from './derive-key.ts';

/** Returns HMAC-SHA-256 (RFC 2104) under a key of its own for `purpose`. */
export function createKeyedHash(secret: string, purpose: string): (text: string) => Buffer {
  const key = deriveKey(secret, purpose);
  return (text) => createHmac('sha256', key).update(text).digest();
}
