import { createHash } from 'node:crypto';

import type { CompiledMessage } from '../../domain/message/compiled-message.ts';

/** What the slots' links and addresses begin with: the same for every recipient of a revision. */
export interface MessageOrigin {
  readonly publication: {
    readonly slug: string;
    readonly bounceDomain: string;
    readonly webBaseUrl?: string;
  };
  /** Without trailing slash. */
  readonly baseUrl: string;
}

/**
 * The content hash that an approval is bound to: SHA-256, lower-case hex, over the message and where its
 * links lead, as JSON of one shape, whatever the order of keys in the object that was read from a file or
 * a database.
 */
export function hashMessage(compiled: CompiledMessage, origin: MessageOrigin): string {
  const { slug, bounceDomain, webBaseUrl } = origin.publication;
  const canonical = [
    compiled.version,
    [origin.baseUrl, webBaseUrl ?? null, slug, bounceDomain],
    compiled.parts.map(({ encoding, run }) => [
      encoding,
      run.map((piece) => (typeof piece === 'string' ? piece : [piece.slot, piece.as])),
    ]),
  ];
  return createHash('sha256').update(JSON.stringify(canonical)).digest('hex');
}
