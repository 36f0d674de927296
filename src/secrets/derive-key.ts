import { createSecretKey, hkdfSync } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

/** Derives the key of one purpose from one secret. Links of earlier releases depend on the labels. */
export function deriveKey(secret: string, purpose: string): KeyObject {
  return createSecretKey(expandSecret(secret, `daybrief/v1/${purpose}`, 32));
}

/** Returns `sizeBytes` octets of HKDF-SHA-256 (RFC 5869) of a secret, independent for each label. */
export function expandSecret(secret: string, label: string, sizeBytes: number): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', label, sizeBytes));
}
