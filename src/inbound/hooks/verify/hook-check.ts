import { createHash } from 'node:crypto';

export interface HookCheck {
  /** See `HookConfig`. */
  readonly keys: readonly string[];
  /** Epoch milliseconds. */
  readonly now: number;
}

/** SHA-256 of the parts, hexadecimal. */
export function hashOf(...parts: readonly (Uint8Array | string)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part).update('\n');
  return hash.digest('hex');
}
