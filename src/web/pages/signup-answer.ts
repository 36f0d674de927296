import type { FastifyReply } from 'fastify';

import type { SignUpAnswer } from '../../app/signup/sign-up.ts';
import type { Publication } from '../../domain/editions/publication.ts';
import { contactOf } from './name-of.ts';
import { signupHint } from './signup-page.ts';

/** HTTP status of an outcome; the same for every subscription state. */
export function signupStatus(reply: FastifyReply, { outcome, retryAfterMs }: SignUpAnswer): void {
  if (retryAfterMs !== undefined) reply.header('retry-after', Math.max(1, Math.ceil(retryAfterMs / 1000)));
  switch (outcome) {
    case 'thank-you':
      return void reply.code(200);
    case 'valid-email':
      return void reply.code(422);
    case 'subscription-failed':
      return void reply.code(retryAfterMs === undefined ? 403 : 429);
  }
}

/** The same answer as the page gives, for scripts and programs. */
export function answerSignup(publication: Publication, { outcome, reason }: SignUpAnswer): object {
  const text = publication.outcomeTexts[outcome];
  const hint = signupHint(publication, { outcome });
  return { outcome, reason, text, hint, contact: contactOf(publication) };
}
