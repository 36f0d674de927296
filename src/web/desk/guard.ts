import type { FastifyReply, FastifyRequest } from 'fastify';

import { everyPublication, isAllowed, isAllowedSomewhere } from '../../domain/accounts/role.ts';
import type { Grant } from '../../domain/accounts/role.ts';
import { notFound, PageError } from '../http/page-error.ts';
import { readForm } from '../http/read-form.ts';
import type { DeskRule } from '../http/route-rules.ts';
import type { Web } from '../web-context.ts';
import { formSecretOf, isFormToken, readCookie, setUser } from './desk-session.ts';

/** Why a request of the desk goes no further; the desk's error page says it in words. */
export class DeskRefusal extends PageError {
  readonly why: 'closed' | 'signed-out' | 'second-factor' | 'role' | 'form';

  constructor(statusCode: number, why: DeskRefusal['why']) {
    super(statusCode, 'refused');
    this.name = 'DeskRefusal';
    this.why = why;
  }
}

/**
 * Finds the user of a session, and refuses what the rule of the route does not allow.
 *
 * @throws DeskRefusal without any account (403), without a session (401) or without the permission (403); 404 for an
 *   unknown publication
 */
export async function requireUser(
  web: Web,
  { request, reply }: { readonly request: FastifyRequest; readonly reply: FastifyReply },
): Promise<void> {
  const { desk, publications } = web.services;
  reply.header('x-robots-tag', 'noindex');
  const rule = request.routeOptions.config.rules?.desk ?? 'user';
  const token = readCookie(request, 'session', web.site);
  const user = token === undefined ? undefined : await desk.access.userOf(token);
  if (user !== undefined && token !== undefined) setUser(request, { user, token });
  if (rule === 'anybody') return;
  if (user === undefined) {
    throw (await desk.access.isOpen()) ? new DeskRefusal(401, 'signed-out') : new DeskRefusal(403, 'closed');
  }
  if (rule !== 'account' && desk.access.mustSetUp(user)) throw new DeskRefusal(403, 'second-factor');
  const { slug } = request.params as { readonly slug?: string };
  if (!isRuleMet(rule, user.grants, slug)) throw new DeskRefusal(403, 'role');
  if (slug !== undefined && (await publications.find(slug)) === undefined) throw notFound();
}

function isRuleMet(
  rule: Exclude<DeskRule, 'anybody'>,
  grants: readonly Grant[],
  slug: string | undefined,
): boolean {
  if (rule === 'user' || rule === 'account') return true;
  const { permission } = rule;
  if (rule.in === 'any') return isAllowedSomewhere(grants, permission);
  if (rule.in === 'all') return isAllowed(grants, permission, everyPublication);
  return slug !== undefined && isAllowed(grants, permission, slug);
}

/** @throws DeskRefusal (403) for a form that no page of this session made */
export function requireFormToken(request: FastifyRequest, web: Pick<Web, 'site'>): void {
  const secret = formSecretOf(request, web.site);
  const given = readForm(request).get('form-token') ?? '';
  if (secret === undefined || !isFormToken(given, secret)) throw new DeskRefusal(403, 'form');
}
