import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import type { AuditEntry } from '../../../app/ports/subscribers.ts';
import { refuseUnchanged } from '../../../app/subscribers/change-addresses.ts';
import type { AddressesChanged } from '../../../app/subscribers/change-addresses.ts';
import type { AddressExplanation } from '../../../app/subscribers/explain-address.ts';
import { everyPublication, isAllowed } from '../../../domain/accounts/role.ts';
import { AppError } from '../../../errors/app-error.ts';
import { readForm } from '../../http/read-form.ts';
import type { Web } from '../../web-context.ts';
import { actedBy } from '../acted-by.ts';
import { needUser } from '../desk-session.ts';
import { explanationView } from '../views/explanation-view.ts';
import { lookUp } from '../views/look-up.ts';

const rule = { access: 'desk', cache: 'no-store' } as const;
const reading = { ...rule, csrf: 'none', desk: { permission: 'subscribers', in: 'any' } } as const;
const changing = { ...rule, csrf: 'form-token', desk: { permission: 'subscribers', in: 'this' } } as const;
const changingAll = { ...rule, csrf: 'form-token', desk: { permission: 'subscribers', in: 'all' } } as const;

interface OfAddress {
  Querystring: { address?: string; done?: string };
}

/** `/desk/subscribers`: everything about one address, and what is done to it. */
export function subscriberRoutes(app: FastifyInstance, web: Web): void {
  const { desk } = web.services;
  app.get<OfAddress>('/desk/subscribers', { config: { rules: reading } }, async (request, reply) => {
    const address = typeof request.query.address === 'string' ? request.query.address.trim() : '';
    return show(web, { request, reply, address, said: lookUp(done, request.query.done ?? '') ?? '' });
  });
  app.post<{ Params: { slug: string } }>(
    '/desk/p/:slug/unsubscribe',
    { config: { rules: changing } },
    async (request, reply) => {
      const { email, reason } = fieldsOf(request);
      const subscribers = await desk.subscribers(actedBy(request));
      await subscribers.set({ publication: request.params.slug, email, state: 'unsubscribed', reason });
      return back(web, reply, { email, done: 'unsubscribed' });
    },
  );
  app.post<{ Params: { slug: string } }>(
    '/desk/p/:slug/resubscribe',
    { config: { rules: changing } },
    async (request, reply) => {
      const { email, reason } = fieldsOf(request);
      if (readForm(request).get('confirm') !== 'yes') throw notAsked();
      const subscribers = await desk.subscribers(actedBy(request));
      await subscribers.set({ publication: request.params.slug, email, state: 'active', reason });
      return back(web, reply, { email, done: 'resubscribed' });
    },
  );
  for (const action of ['suppress', 'unsuppress'] as const) {
    app.post(`/desk/subscribers/${action}`, { config: { rules: changingAll } }, async (request, reply) => {
      const { email, reason } = fieldsOf(request);
      const subscribers = await desk.subscribers(actedBy(request));
      refuseFailed(await subscribers.change({ action, lines: [email], reason }), email);
      return back(web, reply, { email, done: `${action}ed` });
    });
  }
}

const done: Readonly<Record<string, string>> = {
  unsubscribed: 'Unsubscribed. No further edition goes to this address.',
  resubscribed: 'Subscribed again. The next edition goes to this address.',
  suppressed: 'Suppressed. No publication mails this address again.',
  unsuppressed:
    'No longer suppressed. Subscriptions are as they were before, or unsubscribed where that is not known.',
};

async function show(
  web: Web,
  {
    request,
    reply,
    address,
    said,
  }: {
    readonly request: FastifyRequest;
    readonly reply: FastifyReply;
    readonly address: string;
    readonly said: string;
  },
): Promise<FastifyReply> {
  const { desk } = web.services;
  const { grants } = needUser(request).user;
  const context = {
    base: web.site.path('/desk'),
    said,
    maySuppress: isAllowed(grants, 'subscribers', everyPublication),
    may: (slug: string) => isAllowed(grants, 'subscribers', slug),
    links: (await web.services.publications.all())
      .filter(({ publication }) => isAllowed(grants, 'subscribers', publication.slug))
      .map(({ publication: { slug, name } }) => ({
        href: web.site.path(`/desk/p/${slug}/import`),
        text: `Import into ${name}`,
      })),
  };
  const page = { template: 'subscriber', title: 'Subscribers', current: 'subscribers' } as const;
  try {
    const explanation = address === '' ? undefined : await desk.explain(address);
    const history = explanation === undefined ? [] : await historyOf(web, request, explanation);
    const view = explanationView(explanation, { ...context, address, history, mistake: '' });
    return web.deskPages.send({ ...page, view }, request, reply);
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'ADDRESS_INVALID') throw error;
    const view = explanationView(undefined, { ...context, address, history: [], mistake: error.message });
    return web.deskPages.send({ ...page, view }, request, reply.code(422));
  }
}

async function historyOf(
  web: Web,
  request: FastifyRequest,
  { address, known, suppressed }: AddressExplanation,
): Promise<readonly AuditEntry[]> {
  if (!known && !suppressed) return [];
  const subscribers = await web.services.desk.subscribers(actedBy(request));
  return (await subscribers.show(address)).changes;
}

/** A change needs a reason: it is what remains in the audit log. */
function fieldsOf(request: FastifyRequest): { readonly email: string; readonly reason: string } {
  const form = readForm(request);
  const reason = (form.get('reason') ?? '').replaceAll(/[\s\p{Cc}\p{Cf}]+/gu, ' ').trim();
  if (reason === '' || reason.length > 500) {
    throw new AppError('USAGE_INVALID', 'The change needs a reason of at most 500 characters.', {
      hint: 'Write why, such as "asked by phone": it stays in the audit log.',
    });
  }
  return { email: form.get('email') ?? '', reason };
}

/** `daybrief subscribers add` has `--resubscribe` for the same. */
function notAsked(): AppError {
  return new AppError('ADDRESS_UNSUBSCRIBED', 'The subscriber has unsubscribed.', {
    hint: 'Confirm that the subscriber asked to return.',
  });
}

/** The command line reports these for each line of a file; here there is one. */
function refuseFailed(changed: AddressesChanged, email: string): void {
  if (changed.invalidCount > 0) throw new AppError('ADDRESS_INVALID', `"${email}" is not an email address.`);
  refuseUnchanged(changed);
}

function back(
  web: Web,
  reply: FastifyReply,
  { email, done: said }: { readonly email: string; readonly done: string },
) {
  const query = new URLSearchParams({ address: email, done: said }).toString();
  return reply.redirect(`${web.site.path('/desk/subscribers')}?${query}`, 303);
}
