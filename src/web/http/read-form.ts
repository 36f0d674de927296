import type { FastifyInstance, FastifyRequest } from 'fastify';

import { Upload } from './read-upload.ts';

/** Reads a form; any other content type is answered 415. */
export function takeForms(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    (_request, body, done) => done(null, new URLSearchParams(String(body))),
  );
}

/** The fields of a form. A field may occur more than once, or not at all. */
export function readForm({ body }: FastifyRequest): URLSearchParams {
  if (body instanceof Upload) return body.fields;
  return body instanceof URLSearchParams ? body : new URLSearchParams();
}
