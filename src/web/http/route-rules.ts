import type { FastifyInstance } from 'fastify';

import type { Scope } from '../../domain/accounts/api-token.ts';
import type { Permission } from '../../domain/accounts/role.ts';

/**
 * What every route says about itself, and the server then enforces.
 *
 * - `access`: `public`, the token in the path, ops with the password, a user of the desk, or a token of the API
 * - `desk`: what a user of the desk needs
 * - `api`: what a token of the API needs
 * - `csrf`: what a browser may send from elsewhere. `none` for routes that change nothing; `own-origin`
 *   refuses pages of others; `allowed-origin` lets in the sites that the publication names; `one-click`
 *   allows all origins, because a mail provider's button sends a POST without one (RFC 8058); `webhook` does
 *   too: a program posts, and what counts is its secret and its signature; `form-token` is `own-origin`, and the
 *   form holds a token of the session; `bearer` needs no check: a page of others has no token to send
 * - `cache`: the Cache-Control of what goes well; errors are never stored
 * - `body`: `upload` for a form with a file, which may take minutes to arrive
 */
export interface RouteRules {
  readonly access: 'public' | 'token' | 'admin' | 'desk' | 'api';
  readonly desk?: DeskRule;
  readonly api?: ApiRule;
  readonly csrf: 'none' | 'own-origin' | 'allowed-origin' | 'one-click' | 'webhook' | 'form-token' | 'bearer';
  readonly cache: keyof typeof cacheControl;
  readonly body?: 'upload';
}

/**
 * Who may use a route of the desk: anybody, a user who is signed in (`account`: also one who still has to set up the
 * second factor that the installation asks for), or one with a permission in the publication of
 * the path, in any publication, or in all of them.
 */
export type DeskRule =
  | 'anybody'
  | 'user'
  | 'account'
  | { readonly permission: Permission; readonly in: 'this' | 'any' | 'all' };

/** The scope that a token needs, in the publication of the path, in at least one, or in all of them. */
export interface ApiRule {
  readonly scope: Scope;
  readonly reach: 'this' | 'any' | 'all';
}

export const cacheControl = {
  'no-store': 'no-store',
  /** Pages that change with an edition. */
  minutes: 'public, max-age=300',
  day: 'public, max-age=86400',
  /** URLs that contain a hash of their content. */
  immutable: 'public, max-age=31536000, immutable',
} as const;

declare module 'fastify' {
  interface FastifyContextConfig {
    rules?: RouteRules;
  }
}

export interface KnownRoute extends RouteRules {
  readonly method: string;
  readonly url: string;
}

const changing = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

/** Refuses to start with a route that says nothing of itself, and answers 405 to methods it does not have. */
export function watchRoutes(app: FastifyInstance): {
  readonly routes: readonly KnownRoute[];
  answerOtherMethods(): void;
} {
  const routes: KnownRoute[] = [];
  let closed = false;
  app.addHook('onRoute', ({ method, url, config }) => {
    if (closed) return;
    const rules = config?.rules;
    for (const one of [method].flat()) {
      if (rules === undefined) throw new TypeError(`The route ${one} ${url} has no rules.`);
      if ((rules.access === 'desk') !== (rules.desk !== undefined))
        throw new TypeError(`The route ${one} ${url} does not say who may use it at the desk.`);
      if ((rules.access === 'api') !== (rules.api !== undefined))
        throw new TypeError(`The route ${one} ${url} does not say which token of the API may use it.`);
      if ((rules.csrf === 'bearer') !== (rules.access === 'api' && changing.has(one)))
        throw new TypeError(`The route ${one} ${url} takes no token of the API in place of a CSRF rule.`);
      if (changing.has(one) && rules.access === 'desk' && rules.csrf !== 'form-token')
        throw new TypeError(`The route ${one} ${url} of the desk changes something without a token.`);
      if (changing.has(one) && rules.csrf === 'none')
        throw new TypeError(`The route ${one} ${url} changes something and has no CSRF rule.`);
      routes.push({ method: one, url, ...rules });
    }
  });
  return {
    routes,
    answerOtherMethods: () => {
      closed = true;
      for (const url of new Set(routes.map((route) => route.url))) answerOthers(app, { url, routes });
    },
  };
}

const answered = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'QUERY'];

function answerOthers(
  app: FastifyInstance,
  { url, routes }: { readonly url: string; readonly routes: readonly KnownRoute[] },
): void {
  const own = routes.filter((route) => route.url === url).map((route) => route.method);
  const allow = [...new Set([...own, 'OPTIONS'])].toSorted().join(', ');
  const others = answered.filter((method) => !own.includes(method));
  app.route({
    method: others,
    url,
    exposeHeadRoute: false,
    onRequest: async (request, reply) => {
      reply.header('allow', allow);
      if (request.method === 'OPTIONS') return reply.code(204).send();
      throw Object.assign(new Error('This page does not take that.'), { statusCode: 405 });
    },
    handler: () => undefined,
  });
}
