import type { FastifyInstance } from 'fastify';

import type { HookAnswer } from '../../app/ports/hooks.ts';
import { largestHookBytes } from '../../domain/inbound/hook.ts';
import type { HookProvider } from '../../domain/inbound/hook.ts';
import { notFound } from '../http/page-error.ts';
import type { Web } from '../web-context.ts';

interface OfHook {
  Params: { provider: string; secret: string };
}

/** What a provider reads: with 2xx it never sends the same again, with anything else it tries again for hours. */
const statuses: Readonly<Record<HookAnswer, number>> = {
  stored: 200,
  repeated: 200,
  malformed: 400,
  unsigned: 401,
  'wrong-signature': 401,
  old: 401,
  'too-large': 413,
  busy: 503,
};

/** `/hooks`: what mail providers post about bounces and complaints. */
export function hookRoutes(app: FastifyInstance, web: Web): void {
  const { hooks } = web.services;
  // Signatures are over the octets, whatever type the provider gives them.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  const found = new WeakMap<object, HookProvider>();

  app.post<OfHook>(
    '/hooks/:provider/:secret',
    {
      bodyLimit: largestHookBytes,
      config: { rules: { access: 'token', csrf: 'webhook', cache: 'no-store' } },
      // Before the body: a stranger's is not read.
      onRequest: async (request) => {
        const provider = hooks.find(request.params.provider, request.params.secret);
        if (provider === undefined) throw notFound();
        found.set(request, provider);
      },
    },
    async (request, reply) => {
      const provider = found.get(request);
      if (provider === undefined) throw notFound();
      const body = request.body instanceof Uint8Array ? request.body : new Uint8Array();
      const answer = await hooks.take({ provider, headers: onlyTexts(request.headers), body });
      web.metrics.hook(provider, answer);
      if (answer === 'busy') reply.header('retry-after', '60');
      return reply.code(statuses[answer]).send({ result: answer });
    },
  );
}

/** Fields that came twice are none of those that sign. */
function onlyTexts(
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, typeof value === 'string' ? value : undefined]),
  );
}
