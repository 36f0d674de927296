import type { FastifyReply, FastifyRequest } from 'fastify';

import type { PublicationRecord } from '../../app/ports/publications.ts';
import { coversPublication } from '../../domain/accounts/api-token.ts';
import type { ApiToken, Scope } from '../../domain/accounts/api-token.ts';
import { everyPublication } from '../../domain/accounts/role.ts';
import { AppError } from '../../errors/app-error.ts';
import type { ApiRule } from '../http/route-rules.ts';
import type { Web } from '../web-context.ts';

interface Admitted {
  readonly token: ApiToken;
  /** Of the path, if it names one. */
  readonly publication: PublicationRecord | undefined;
}

const admitted = new WeakMap<FastifyRequest, Admitted>();

/** The token of a request that the rules let through. */
export function admittedOf(request: FastifyRequest): Admitted {
  const found = admitted.get(request);
  if (found === undefined) throw new Error('The route has no token.');
  return found;
}

/**
 * Finds the token of a request before its body is read, and refuses what the rule does not allow. A publication that
 * the token does not include is answered like one that does not exist.
 *
 * @throws AppError TOKEN_INVALID (401), REQUEST_LIMIT (429), PUBLICATION_NOT_FOUND (404), SCOPE_MISSING (403)
 */
export async function requireToken(
  web: Pick<Web, 'services'>,
  {
    request,
    reply,
    rule,
  }: { readonly request: FastifyRequest; readonly reply: FastifyReply; readonly rule: ApiRule },
): Promise<void> {
  const { api, publications } = web.services;
  const { authorization } = request.headers;
  const [, secret] = /^bearer +([\w.~+/-]{1,200}=*) *$/iu.exec(authorization ?? '') ?? [];
  const token = secret === undefined ? undefined : await api.findToken(secret);
  if (token === undefined) throw unauthorized(reply, authorization !== undefined);
  await limit(reply, api.limits, token);
  const { slug } = request.params as { readonly slug?: string };
  const isCovered = slug === undefined || coversPublication(token, slug);
  const publication = isCovered && slug !== undefined ? await publications.find(slug) : undefined;
  if (slug !== undefined && publication === undefined) throw noSuchPublication(slug);
  if (!token.scopes.includes(rule.scope)) throw forbidden(reply, rule.scope);
  if (rule.reach === 'all' && !coversPublication(token, everyPublication)) {
    throw new AppError('SCOPE_MISSING', 'This concerns every publication, and the token is for some.', {
      hint: 'Make a token without --publication.',
    });
  }
  admitted.set(request, { token, publication });
}

/** RFC 6750 section 3. A request without a token gets only the scheme. */
function unauthorized(reply: FastifyReply, wasGiven: boolean): AppError {
  reply.header('www-authenticate', `Bearer realm="daybrief"${wasGiven ? ', error="invalid_token"' : ''}`);
  return wasGiven
    ? new AppError(
        'TOKEN_INVALID',
        'The token is unknown, was revoked, has expired, or acts for an account that is disabled.',
        {
          hint: '`daybrief tokens list` shows the tokens; `daybrief tokens create` makes one.',
        },
      )
    : new AppError('TOKEN_INVALID', 'The request has no token.', {
        hint: 'Send it as `Authorization: Bearer daybrief_...`.',
      });
}

function forbidden(reply: FastifyReply, scope: Scope): AppError {
  reply.header('www-authenticate', `Bearer realm="daybrief", error="insufficient_scope", scope="${scope}"`);
  return new AppError('SCOPE_MISSING', `The token has not the scope ${scope}.`, {
    hint: `Make a token with --scope ${scope}.`,
  });
}

function noSuchPublication(slug: string): AppError {
  return new AppError('PUBLICATION_NOT_FOUND', `There is no publication "${slug.slice(0, 63)}".`, {
    hint: '`GET /api/v1/publications` lists those of the token.',
  });
}

/** Sets the fields of draft-ietf-httpapi-ratelimit-headers-10 on every answer. */
async function limit(
  reply: FastifyReply,
  limits: Web['services']['api']['limits'],
  token: ApiToken,
): Promise<void> {
  const { isExceeded, quota, windowSeconds, remaining, resetSeconds } = await limits.take(token.id);
  reply.header('ratelimit-policy', `"token";q=${quota};w=${windowSeconds}`);
  reply.header('ratelimit', `"token";r=${remaining};t=${resetSeconds}`);
  if (!isExceeded) return;
  reply.header('retry-after', String(resetSeconds));
  throw new AppError(
    'REQUEST_LIMIT',
    `The token has used its ${quota} requests in ${windowSeconds} seconds.`,
    {
      hint: `Wait ${resetSeconds} seconds. API_REQUESTS sets the limit.`,
    },
  );
}
