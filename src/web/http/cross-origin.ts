import type { IncomingHttpHeaders } from 'node:http';

import type { FastifyReply } from 'fastify';

import type { Publication } from '../../domain/editions/publication.ts';

/** Whether a form on a site that the publication names was sent. */
export function isFromElsewhere(
  { origin }: IncomingHttpHeaders,
  { allowedOrigins }: Pick<Publication, 'allowedOrigins'>,
): boolean {
  return origin !== undefined && allowedOrigins.includes(origin);
}

/** Lets a script of that site read the answer. No cookie is involved, so none is allowed. */
export function letOriginRead(reply: FastifyReply, origin: string | undefined): void {
  if (origin !== undefined) reply.header('access-control-allow-origin', origin);
}
