import type { FastifyInstance } from 'fastify';

import { isFromElsewhere, letOriginRead } from '../http/cross-origin.ts';
import { notFound, PageError } from '../http/page-error.ts';
import { answerSignup, signupStatus } from '../pages/signup-answer.ts';
import type { Web } from '../web-context.ts';

/** `/api`: the same gate for programs, and for scripts on other sites. */
export function subscribeApiRoutes(app: FastifyInstance, web: Web): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'string' },
    app.getDefaultJsonParser('error', 'error'),
  );

  app.get(
    '/api/stamp',
    { config: { rules: { access: 'public', csrf: 'none', cache: 'no-store' } } },
    async (_request, reply) => {
      // A stamp contains only the time at which it was made.
      reply.header('access-control-allow-origin', '*');
      return { stamp: web.services.issueStamp() };
    },
  );

  app.options(
    '/api/subscribe',
    { config: { rules: { access: 'public', csrf: 'none', cache: 'no-store' } } },
    async (request, reply) => {
      const all = await web.services.publications.all();
      reply.code(204).header('vary', 'Origin').header('allow', 'OPTIONS, POST');
      if (!all.some(({ publication }) => isFromElsewhere(request.headers, publication))) return reply.send();
      letOriginRead(reply, request.headers.origin);
      return reply
        .header('access-control-allow-methods', 'POST')
        .header('access-control-allow-headers', 'content-type')
        .header('access-control-max-age', '600')
        .send();
    },
  );

  app.post(
    '/api/subscribe',
    { config: { rules: { access: 'public', csrf: 'allowed-origin', cache: 'no-store' } } },
    async (request, reply) => {
      const { publication: slug, email, stamp, website } = readBody(request.body);
      const known = await web.services.publications.find(slug);
      if (known === undefined) throw notFound();
      reply.header('vary', 'Origin');
      if (isFromElsewhere(request.headers, known.publication)) letOriginRead(reply, request.headers.origin);
      const answer = await web.services.signUp({
        publication: slug,
        email,
        stamp,
        honeypot: website,
        network: request.ip,
        source: 'api',
      });
      signupStatus(reply, answer);
      return answerSignup(known.publication, answer);
    },
  );
}

/** Texts only; what is missing is empty. */
function readBody(body: unknown): Readonly<Record<'publication' | 'email' | 'stamp' | 'website', string>> {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw new PageError(400, 'refused');
  const given = new Map(Object.entries(body));
  const text = (name: string) => {
    const value: unknown = given.get(name) ?? '';
    if (typeof value !== 'string') throw new PageError(400, 'refused');
    return value;
  };
  return {
    publication: text('publication'),
    email: text('email'),
    stamp: text('stamp'),
    website: text('website'),
  };
}
