import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import { wantsJson } from '../http/answer-error.ts';
import { isFromElsewhere, letOriginRead } from '../http/cross-origin.ts';
import { notFound } from '../http/page-error.ts';
import { readForm } from '../http/read-form.ts';
import { answerSignup, signupStatus } from '../pages/signup-answer.ts';
import { sendSignupPage } from '../pages/signup-page.ts';
import type { Web } from '../web-context.ts';

type OfPublication = { Params: { slug: string } };

/** `/p/<publication>`: what it is, and the form; sent from Daybrief's page or an allowed site. */
export function signupRoutes(app: FastifyInstance, web: Web): void {
  app.get<OfPublication>(
    '/p/:slug',
    { config: { rules: { access: 'public', csrf: 'none', cache: 'no-store' } } },
    async (request, reply) => {
      const known = await web.services.publications.find(request.params.slug);
      if (known === undefined) throw notFound();
      return sendSignupPage(web, { reply, publication: known.publication });
    },
  );
  app.post<OfPublication>(
    '/p/:slug',
    { config: { rules: { access: 'public', csrf: 'allowed-origin', cache: 'no-store' } } },
    async (request, reply) => takeForm(web, { request, reply, slug: request.params.slug }),
  );
}

async function takeForm(
  web: Web,
  { request, reply, slug }: { request: FastifyRequest; reply: FastifyReply; slug: string },
): Promise<unknown> {
  const known = await web.services.publications.find(slug);
  if (known === undefined) throw notFound();
  const { publication } = known;
  const form = readForm(request);
  const email = form.get('email') ?? '';
  const stamp = form.get('stamp') ?? '';
  const isEmbedded = isFromElsewhere(request.headers, publication);
  const inPlace = wantsJson(request);
  reply.header('vary', 'Accept, Origin');
  if (isEmbedded) letOriginRead(reply, request.headers.origin);
  if (isEmbedded && stamp === '' && !inPlace) {
    // Without script a form elsewhere cannot be stamped, so the button is pressed once more, here.
    return sendSignupPage(web, { reply, publication }, { email, onceMore: true });
  }
  const answer = await web.services.signUp({
    publication: slug,
    email,
    stamp,
    honeypot: form.get('website') ?? '',
    network: request.ip,
    source: isEmbedded ? 'embed' : 'form',
  });
  signupStatus(reply, answer);
  if (inPlace) return answerSignup(publication, answer);
  return sendSignupPage(web, { reply, publication }, { email, outcome: answer.outcome });
}
