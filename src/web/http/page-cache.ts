import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import { isKnown } from './send-fresh.ts';

/** Answers kept at most; a page has up to some hundred kilobytes. */
const maxAnswers = 100;

interface Answer {
  readonly at: number;
  readonly headers: ReturnType<FastifyReply['getHeaders']>;
  readonly body: string;
}

/** Reuses answers of public pages and feeds for a few seconds, by their URL. */
export function cachePages(
  app: FastifyInstance,
  options: { readonly maxAgeMs: number; readonly now: () => number },
): void {
  const { maxAgeMs, now } = options;
  const answers = new Map<string, Answer>();
  app.addHook('onRequest', async (request, reply) => {
    if (!isCacheable(request)) return;
    const answer = answers.get(request.url);
    if (answer === undefined || now() - answer.at > maxAgeMs) return;
    reply.headers(answer.headers);
    const { etag, 'last-modified': modified } = answer.headers;
    const hasIt = isKnown(request, {
      etag: String(etag),
      modified: modified === undefined ? undefined : String(modified),
    });
    return hasIt ? reply.code(304).send() : reply.send(answer.body);
  });
  app.addHook('onSend', async (request, reply, payload) => {
    if (!isCacheable(request) || reply.statusCode !== 200 || typeof payload !== 'string') return;
    if (reply.getHeader('etag') === undefined) return;
    const key = request.url;
    const known = answers.get(key);
    if (known !== undefined && now() - known.at <= maxAgeMs) return;
    answers.delete(key);
    const [oldest] = answers.keys();
    if (answers.size >= maxAnswers && oldest !== undefined) answers.delete(oldest);
    answers.set(key, { at: now(), headers: reply.getHeaders(), body: payload });
  });
}

/** URLs with a query are not cached: clients could displace every page with made-up ones. */
function isCacheable({ method, url, routeOptions }: FastifyRequest): boolean {
  if (url.includes('?')) return false;
  const rules = routeOptions.config.rules;
  return (method === 'GET' || method === 'HEAD') && rules?.access === 'public' && rules.cache === 'minutes';
}
