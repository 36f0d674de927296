import type { FastifyInstance, FastifyRequest } from 'fastify';

import type { Web } from '../web-context.ts';
import { isOriginAccepted } from './check-origin.ts';
import { isAdmin } from './is-admin.ts';
import { notFound, PageError } from './page-error.ts';
import { cacheControl } from './route-rules.ts';
import { securityHeaders } from './security-headers.ts';

/** Holds every request to the rules of its route, and puts the headers on every answer. */
export function enforceRules(app: FastifyInstance, web: Web): void {
  const headers = securityHeaders(web.site);
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(headers);
    const rules = request.routeOptions.config.rules;
    if (rules?.access === 'token') reply.header('x-robots-tag', 'noindex');
    if (rules?.access !== 'admin') return;
    const { adminPassword } = web.options;
    if (adminPassword === undefined) throw notFound();
    if (isAdmin(request.headers.authorization, adminPassword)) return;
    reply.header('www-authenticate', 'Basic realm="daybrief", charset="UTF-8"');
    throw new PageError(401, 'refused');
  });
  app.addHook('preHandler', async (request) => {
    const csrf = request.routeOptions.config.rules?.csrf ?? 'none';
    if (csrf === 'none' || csrf === 'one-click') return;
    const allowed = csrf === 'allowed-origin' ? await allowedOrigins(web, request) : [];
    const own = await ownOrigins(web);
    if (!isOriginAccepted(request.headers, { own, allowed })) throw new PageError(403, 'refused');
  });
  app.addHook('onSend', async (request, reply) => {
    if (reply.hasHeader('cache-control')) return;
    const rules = request.routeOptions.config.rules;
    const cache = rules === undefined || reply.statusCode >= 400 ? 'no-store' : rules.cache;
    reply.header('cache-control', cacheControl[cache]);
  });
  app.addHook('onResponse', async (request, reply) => {
    // The route and not the address: addresses hold tokens.
    const { url: route = '' } = request.routeOptions;
    const { method } = request;
    const { statusCode: status, elapsedTime: ms } = reply;
    web.metrics.observe({ method, route, status, seconds: ms / 1000 });
    web.log.debug({ method, route, status, ms }, 'Answered a request.');
  });
}

async function ownOrigins(web: Web): Promise<readonly string[]> {
  const all = await web.services.publications.all();
  return [web.site.origin(), ...all.map(({ publication }) => web.site.origin(publication))];
}

/** Of the publication that the path or the body names. */
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
