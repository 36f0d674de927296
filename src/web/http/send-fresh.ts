import { createHash } from 'node:crypto';

import type { FastifyReply, FastifyRequest } from 'fastify';

/**
 * Sends a body with its validators, or 304 if the client has it already: RFC 9110 section 13.2.2.
 *
 * @param page.changedAt epoch milliseconds, or undefined where there is no saying
 */
export function sendFresh(
  { request, reply }: { readonly request: FastifyRequest; readonly reply: FastifyReply },
  page: { readonly body: string; readonly type: string; readonly changedAt?: number | undefined },
): FastifyReply {
  const { body, type, changedAt } = page;
  const hash = createHash('sha256').update(body).digest('base64url');
  const etag = `"${hash.slice(0, 22)}"`;
  const modified = changedAt === undefined ? undefined : new Date(changedAt).toUTCString();
  reply.header('etag', etag);
  if (modified !== undefined) reply.header('last-modified', modified);
  if (isKnown(request, { etag, modified })) return reply.code(304).send();
  return reply.type(type).send(body);
}

/**
 * Whether the client has it already. By date only if it names the very one that we gave, and no later one:
 * an edition that was withdrawn makes a page older.
 */
export function isKnown(
  { headers }: FastifyRequest,
  { etag, modified }: { readonly etag: string; readonly modified?: string | undefined },
): boolean {
  const tags = headers['if-none-match'];
  if (tags === undefined) return modified !== undefined && headers['if-modified-since'] === modified;
  return tags.trim() === '*' || tags.split(',').some((tag) => tag.trim().replace(/^W\//u, '') === etag);
}
