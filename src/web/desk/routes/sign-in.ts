import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import { readForm } from '../../http/read-form.ts';
import type { Web } from '../../web-context.ts';
import { needUser, sendCookie, userOf } from '../desk-session.ts';
import { DeskRefusal } from '../guard.ts';

const open = { access: 'desk', desk: 'anybody', csrf: 'none', cache: 'no-store' } as const;
const signingIn = { access: 'desk', desk: 'anybody', csrf: 'form-token', cache: 'no-store' } as const;
const signingOut = { access: 'desk', desk: 'account', csrf: 'form-token', cache: 'no-store' } as const;

/** `/desk/sign-in`, and signing out. */
export function signInRoutes(app: FastifyInstance, web: Web): void {
  const { access } = web.services.desk;
  const base = web.site.path('/desk');
  app.get<{ Querystring: { next?: string } }>(
    '/desk/sign-in',
    { config: { rules: open } },
    async (request, reply) => {
      if (!(await access.isOpen())) throw new DeskRefusal(403, 'closed');
      if (userOf(request) !== undefined) return reply.redirect(base, 303);
      return signInPage(web, { request, reply, said: '', email: '', next: request.query.next ?? '' });
    },
  );
  app.post('/desk/sign-in', { config: { rules: signingIn } }, async (request, reply) => {
    const form = readForm(request);
    const email = form.get('email') ?? '';
    const next = form.get('next') ?? '';
    const code = form.get('code') ?? '';
    const answer = await access.signIn({
      email,
      password: form.get('password') ?? '',
      code,
      ip: request.ip,
    });
    switch (answer.kind) {
      case 'signed-in':
        sendCookie(reply, { name: 'session', value: answer.token, site: web.site });
        sendCookie(reply, { name: 'form', value: undefined, site: web.site });
        return reply.redirect(ownPath(next, base), 303);
      case 'too-many': {
        const minutes = Math.ceil(answer.retryAfterSeconds / 60);
        const said = `Too many attempts. Try again in ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}.`;
        web.log.warn({ ip: request.ip }, 'too many attempts to sign in');
        reply.code(429).header('retry-after', String(answer.retryAfterSeconds));
        return signInPage(web, { request, reply, said, email, next });
      }
      case 'wrong': {
        const what =
          answer.what === 'code' ? 'wrong code after a right password' : 'wrong password or address';
        web.log.warn({ ip: request.ip }, `${what} at the desk`);
        reply.code(422);
        const said = (await access.asksForCodes())
          ? 'Address, password or code is wrong. A code counts once: wait for the next one.'
          : 'Address or password is wrong.';
        return signInPage(web, { request, reply, said, email, next });
      }
    }
  });
  app.post('/desk/sign-out', { config: { rules: signingOut } }, async (request, reply) => {
    await access.signOut(needUser(request).token);
    sendCookie(reply, { name: 'session', value: undefined, site: web.site });
    return reply.redirect(`${base}/sign-in`, 303);
  });
}

async function signInPage(
  web: Web,
  {
    request,
    reply,
    ...shown
  }: {
    readonly request: FastifyRequest;
    readonly reply: FastifyReply;
    readonly said: string;
    readonly email: string;
    readonly next: string;
  },
): Promise<FastifyReply> {
  const view = { ...shown, asksForCode: await web.services.desk.access.asksForCodes() };
  return web.deskPages.send({ template: 'sign-in', title: 'Sign in', hasForm: true, view }, request, reply);
}

/** Only a page of the desk: a link to the sign-in may lead nowhere else. */
function ownPath(next: string, base: string): string {
  const url = URL.parse(next, 'http://desk.invalid');
  const isOwn =
    url?.origin === 'http://desk.invalid' && (url.pathname === base || url.pathname.startsWith(`${base}/`));
  return isOwn && !/[\\\p{C}]/u.test(next) ? `${url.pathname}${url.search}` : base;
}
