import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import type { FactorAnswer } from '../../../app/accounts/second-factor.ts';
import { readForm } from '../../http/read-form.ts';
import type { Web } from '../../web-context.ts';
import { needUser } from '../desk-session.ts';
import { qrCode } from '../views/qr-code.ts';

const shown = { access: 'desk', desk: 'account', csrf: 'none', cache: 'no-store' } as const;
const changing = { access: 'desk', desk: 'account', csrf: 'form-token', cache: 'no-store' } as const;

const wrongPassword = 'The password is wrong. Nothing was changed.';
const wrongCode = 'The code is wrong, was used before, or is too old. Type the one that the app shows now.';

/** `/desk/account`: the second factor of the user who is signed in. */
export function accountRoutes(app: FastifyInstance, web: Web): void {
  const { access } = web.services.desk;
  const { secondFactor } = access;
  const base = web.site.path('/desk/account');
  app.get('/desk/account', { config: { rules: shown } }, (request, reply) =>
    accountPage(web, { request, reply }),
  );
  app.post('/desk/account/begin', { config: { rules: changing } }, async (request, reply) => {
    const answer = await secondFactor.begin(needUser(request).user, proofOf(request));
    if (answer.kind === 'done') return reply.redirect(`${base}/second-factor`, 303);
    return accountPage(web, { request, reply, said: refuse(answer, { reply, wrong: wrongPassword }) });
  });
  app.get('/desk/account/second-factor', { config: { rules: shown } }, (request, reply) =>
    setUpPage(web, { request, reply }),
  );
  app.post('/desk/account/second-factor', { config: { rules: changing } }, async (request, reply) => {
    const { user, token } = needUser(request);
    const code = readForm(request).get('code') ?? '';
    const answer = await secondFactor.confirm(user, {
      code,
      ip: request.ip,
      sessionHash: access.sessionHash(token),
    });
    if (answer.kind === 'done') return codesPage(web, { request, reply, codes: answer.recoveryCodes });
    return setUpPage(web, { request, reply, said: refuse(answer, { reply, wrong: wrongCode }) });
  });
  app.post('/desk/account/recovery-codes', { config: { rules: changing } }, async (request, reply) => {
    const answer = await secondFactor.renewCodes(needUser(request).user, proofOf(request));
    if (answer.kind === 'done') return codesPage(web, { request, reply, codes: answer.recoveryCodes });
    return accountPage(web, { request, reply, said: refuse(answer, { reply, wrong: wrongPassword }) });
  });
  app.post('/desk/account/remove', { config: { rules: changing } }, async (request, reply) => {
    const proof = { ...proofOf(request), code: readForm(request).get('code') ?? '' };
    const answer = await secondFactor.remove(needUser(request).user, proof);
    if (answer.kind === 'done') return reply.redirect(base, 303);
    const wrong = 'Password or code is wrong. Nothing was changed.';
    return accountPage(web, { request, reply, said: refuse(answer, { reply, wrong }) });
  });
}

interface Answering {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  /** Why the last form was refused. */
  readonly said?: string;
}

function proofOf(request: FastifyRequest) {
  return { password: readForm(request).get('password') ?? '', ip: request.ip };
}

/** Sets the status of a refusal, and returns it in words. */
function refuse(
  answer: Exclude<FactorAnswer<object>, { readonly kind: 'done' }>,
  { reply, wrong }: { readonly reply: FastifyReply; readonly wrong: string },
): string {
  if (answer.kind === 'wrong') {
    reply.code(422);
    return wrong;
  }
  const minutes = Math.ceil(answer.retryAfterSeconds / 60);
  reply.code(429).header('retry-after', String(answer.retryAfterSeconds));
  return `Too many attempts. Try again in ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}.`;
}

async function accountPage(web: Web, { request, reply, said = '' }: Answering): Promise<FastifyReply> {
  const { access } = web.services.desk;
  const { user } = needUser(request);
  const state = await access.secondFactor.state(user);
  const left = state.recoveryCodesLeft;
  const view = {
    said,
    email: user.email,
    ...state,
    mustSetUp: access.mustSetUp(user),
    mayRemove: state.isSetUp && !state.isRequired,
    codesLeft: left === 1 ? '1 recovery code is' : `${left} recovery codes are`,
  };
  return web.deskPages.send({ template: 'account', title: 'Your account', view }, request, reply);
}

async function setUpPage(web: Web, { request, reply, said = '' }: Answering): Promise<FastifyReply> {
  const { user } = needUser(request);
  const pending = await web.services.desk.access.secondFactor.pending(user);
  if (pending === undefined) return reply.redirect(web.site.path('/desk/account'), 303);
  const { d, size } = qrCode(pending.uri);
  const secret = pending.secret.replaceAll(/(.{4})(?!$)/gu, '$1 ');
  const view = { said, d, size, secret, uri: pending.uri };
  return web.deskPages.send({ template: 'second-factor', title: 'Set up codes', view }, request, reply);
}

function codesPage(
  web: Web,
  { request, reply, codes }: Answering & { readonly codes: readonly string[] },
): FastifyReply {
  return web.deskPages.send(
    { template: 'recovery-codes', title: 'Recovery codes', view: { codes } },
    request,
    reply,
  );
}
