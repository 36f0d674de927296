import { createHash } from 'node:crypto';

import type { CompiledMessage } from '../domain/compiled-message.ts';

/**
 * The content hash that an approval is bound to: SHA-256, lower-case hex, over the message as JSON of one
 * shape, whatever the order of keys in the object that was read from a file or a database.
 */
export function hashMessage(compiled: CompiledMessage): string {
  const canonical = [
    compiled.version,
    compiled.parts.map(({ encoding, run }) => [
      encoding,
      run.map((piece) => (typeof piece === 'string' ? piece : [piece.slot, piece.as])),
    ]),
  ];
  return createHash('sha256').update(JSON.stringify(canonical)).digest('hex');
}
