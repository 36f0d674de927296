import type { IncomingHttpHeaders } from 'node:http';

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import { AdminAttempts } from '../../limits/admin-attempts.ts';
import { requireToken } from '../api/require-token.ts';
import { requireFormToken, requireUser } from '../desk/guard.ts';
import type { Web } from '../web-context.ts';
import { isAdmin } from './is-admin.ts';
import { notFound, PageError } from './page-error.ts';
import { cacheControl } from './route-rules.ts';
import type { RouteRules } from './route-rules.ts';
import { securityHeaders } from './security-headers.ts';

/** Enforces the rules of its route on every request, and sets the security headers on every response. */
export function enforceRules(app: FastifyInstance, web: Web): void {
  const headers = securityHeaders(web.site);
  const attempts = new AdminAttempts();
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(headers);
    if (countHosts(request) > 1) throw new PageError(400, 'refused');
    const rules = request.routeOptions.config.rules;
    if (rules?.access === 'token') reply.header('x-robots-tag', 'noindex');
    if (rules?.access === 'admin') await requireAdmin(web, { attempts, request, reply });
    if (rules?.access === 'desk') await requireUser(web, { request, reply });
    if (rules?.api !== undefined) await requireToken(web, { request, reply, rule: rules.api });
  });
  app.addHook('preHandler', async (request) => {
    const csrf = request.routeOptions.config.rules?.csrf ?? 'none';
    if (unchecked.has(csrf)) return;
    const allowed = csrf === 'allowed-origin' ? await allowedOrigins(web, request) : [];
    const own = await ownOrigins(web);
    if (!isOriginAccepted(request.headers, { own, allowed })) throw new PageError(403, 'refused');
    if (csrf === 'form-token') requireFormToken(request, web);
  });
  app.addHook('onSend', async (request, reply) => {
    if (reply.hasHeader('cache-control')) return;
    const rules = request.routeOptions.config.rules;
    const cache = rules === undefined || reply.statusCode >= 400 ? 'no-store' : rules.cache;
    reply.header('cache-control', cacheControl[cache]);
  });
  app.addHook('onResponse', async (request, reply) => {
    // The route, not the URL: URLs contain tokens.
    const { url: route = '' } = request.routeOptions;
    const { method } = request;
    const { statusCode: status, elapsedTime: ms } = reply;
    web.metrics.observe({ method, route, status, seconds: ms / 1000 });
    web.log.debug({ method, route, status, ms }, 'Answered a request.');
  });
}

/** Rules under which a request may come from any page. */
const unchecked: ReadonlySet<RouteRules['csrf']> = new Set(['none', 'one-click', 'webhook', 'bearer']);

async function requireAdmin(
  { options, log }: Web,
  {
    attempts,
    request,
    reply,
  }: { readonly attempts: AdminAttempts; readonly request: FastifyRequest; readonly reply: FastifyReply },
): Promise<void> {
  const { adminPassword } = options;
  if (adminPassword === undefined) throw notFound();
  const { ip } = request;
  const blockedFor = await attempts.blockedFor(ip);
  if (blockedFor > 0) {
    reply.header('retry-after', String(blockedFor));
    throw new PageError(429, 'refused');
  }
  const { authorization } = request.headers;
  if (isAdmin(authorization, adminPassword)) return;
  // Browsers ask without a password first.
  if (authorization !== undefined) {
    await attempts.countWrong(ip);
    log.warn({ ip }, 'wrong ADMIN_PASSWORD');
  }
  reply.header('www-authenticate', 'Basic realm="daybrief", charset="UTF-8"');
  throw new PageError(401, 'refused');
}

/** Two Host headers could mean one host to a proxy and another one here (RFC 9112 section 3.2). */
function countHosts({ raw }: FastifyRequest): number {
  return raw.rawHeaders.filter((text, index) => index % 2 === 0 && text.toLowerCase() === 'host').length;
}

async function ownOrigins(web: Web): Promise<readonly string[]> {
  const all = await web.services.publications.all();
  return [web.site.origin(), ...all.map(({ publication }) => web.site.origin(publication))];
}

/** Returns the origins that the publication of the path or the body allows. */
async function allowedOrigins(web: Web, { params, body }: FastifyRequest): Promise<readonly string[]> {
  const slug = textAt(params, 'slug') ?? textAt(body, 'publication');
  const known = slug === undefined ? undefined : await web.services.publications.find(slug);
  return known?.publication.allowedOrigins ?? [];
}

function textAt(value: unknown, key: string): string | undefined {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  const text: unknown = Reflect.get(value, key);
  return typeof text === 'string' ? text : undefined;
}

/**
 * Returns true if a state-changing request has an allowed origin: no page, one of Daybrief's pages, or an
 * allowed site. Browsers send it in `Origin` and `Sec-Fetch-Site`, which no page can forge; a program that is
 * not a browser can send anything, but has no user's rights to misuse.
 *
 * @param options.own Daybrief's origins
 * @param options.allowed other origins whose forms may post here
 */
function isOriginAccepted(
  headers: IncomingHttpHeaders,
  { own, allowed }: { readonly own: readonly string[]; readonly allowed: readonly string[] },
): boolean {
  const { origin, host, 'sec-fetch-site': site } = headers;
  if (origin !== undefined && allowed.includes(origin)) return true;
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return false;
  if (origin === undefined) return true;
  // On localhost or a second host name the browser shows another URL than the base URL.
  return own.includes(origin) || (host !== undefined && URL.parse(origin)?.host === host);
}
