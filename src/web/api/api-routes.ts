import { Readable } from 'node:stream';

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';

import type { StoredAnswer } from '../../app/ports/accounts.ts';
import type { Web } from '../web-context.ts';
import { allEndpoints } from './all-endpoints.ts';
import { apiRoot } from './endpoint.ts';
import type { ApiCall, Endpoint } from './endpoint.ts';
import { carryOutOnce, readIdempotencyKey } from './idempotency.ts';
import { openApiDocument } from './openapi.ts';
import { InvalidRequest } from './problem.ts';
import { JsonBody, takeFiles, takeJson } from './read-body.ts';
import { admittedOf } from './require-token.ts';
import type { Mistake } from './schemas/problem.ts';

/** `/api/v1`: what programs read and do, each by the scopes of its token. */
export function apiRoutes(app: FastifyInstance, web: Web): void {
  takeJson(app);
  takeFiles(app, [...new Set(allEndpoints.flatMap(({ upload }) => upload))]);
  const document = JSON.stringify(openApiDocument({ url: web.site.url(apiRoot) }));
  app.get(
    `${apiRoot}/openapi.json`,
    { config: { rules: { access: 'public', csrf: 'none', cache: 'minutes' } } },
    async (_request, reply) => reply.type('application/json').send(document),
  );
  for (const one of allEndpoints) addRoute(app, web, one);
}

/** `/publications/{slug}` as the router writes it. */
export function routeOf({ path }: Pick<Endpoint, 'path'>): string {
  return apiRoot + path.replaceAll(/\{(\w+)\}/gu, ':$1');
}

function addRoute(app: FastifyInstance, web: Web, one: Endpoint): void {
  const { scope, reach } = one;
  app.route({
    method: one.method,
    url: routeOf(one),
    bodyLimit: one.maxBytes,
    config: {
      rules: {
        access: 'api',
        api: { scope, reach },
        csrf: one.method === 'GET' ? 'none' : 'bearer',
        cache: 'no-store',
        ...(one.upload.length > 0 ? { body: 'upload' as const } : {}),
      },
    },
    handler: (request, reply) => handle(web, { one, request, reply }),
  });
}

async function handle(
  web: Web,
  {
    one,
    request,
    reply,
  }: { readonly one: Endpoint; readonly request: FastifyRequest; readonly reply: FastifyReply },
): Promise<FastifyReply> {
  const call = readCall(web, one, request);
  if (one.answerType !== 'application/json') {
    const octets = (await one.handle(call)) as AsyncIterable<Uint8Array>;
    return reply.code(one.status).type(`${one.answerType}; charset=utf-8`).send(Readable.from(octets));
  }
  const work = async (): Promise<StoredAnswer> => {
    const answer = await one.handle(call);
    linkNext(reply, request, answer);
    return { status: one.status, body: JSON.stringify(answer) };
  };
  const key = one.method === 'POST' ? readIdempotencyKey(request) : undefined;
  if (key === undefined || one.isReading) return send(reply, await work());
  const { api } = web.services;
  const fingerprint = api.fingerprint(textOf(request));
  const answer = await carryOutOnce(api.once, { tokenId: call.token.id, key, fingerprint }, work);
  if (answer.isReplayed) reply.header('idempotency-replayed', 'true');
  return send(reply, answer);
}

function send(reply: FastifyReply, { status, body }: StoredAnswer): FastifyReply {
  return reply.code(status).type('application/json').send(body);
}

/** What makes two requests the same; of a file, whose octets are not there yet, its length. */
function textOf({ method, url, body, headers }: FastifyRequest): string {
  const content = body instanceof JsonBody ? body.octets.toString('utf8') : (headers['content-length'] ?? '');
  return `${method} ${url}\n${content}`;
}

/** RFC 8288. */
function linkNext(reply: FastifyReply, request: FastifyRequest, answer: unknown): void {
  const next: unknown =
    typeof answer === 'object' && answer !== null ? Reflect.get(answer, 'next') : undefined;
  if (typeof next !== 'string') return;
  const [path = '', query = ''] = request.url.split('?');
  const parameters = new URLSearchParams(query);
  parameters.set('cursor', next);
  // Relative to the URL that the client asked for, whatever a proxy made of it.
  const [file = ''] = path.split('/').slice(-1);
  reply.header('link', `<${file}?${parameters.toString()}>; rel="next"`);
}

function readCall(web: Web, one: Endpoint, request: FastifyRequest): ApiCall {
  const { token, publication } = admittedOf(request);
  const upload = request.body instanceof Readable ? request.body : undefined;
  if ((upload === undefined) !== (one.upload.length === 0)) throw wrongType();
  const params = one.params.safeParse(request.params);
  if (!params.success) throw Object.assign(new Error('The path names nothing.'), { statusCode: 404 });
  const query = one.query.safeParse(request.query);
  if (!query.success)
    throw new InvalidRequest(
      'REQUEST_MALFORMED',
      'A parameter of the query is wrong.',
      mistakes(query.error, 'query'),
    );
  return {
    params: params.data,
    query: query.data,
    body: readBody(one, request),
    upload: upload ?? Readable.from([]),
    token,
    by: { actor: token.name, origin: 'api' },
    network: request.ip,
    get publication() {
      if (publication === undefined) throw new Error(`The path ${one.path} names no publication.`);
      return publication;
    },
    web,
  };
}

function wrongType(): Error {
  return Object.assign(new Error('The body has another type.'), { statusCode: 415 });
}

function readBody({ body: schema }: Endpoint, { body }: FastifyRequest): unknown {
  if (schema === undefined) return undefined;
  const given = body instanceof JsonBody ? body.value : {};
  const read = schema.safeParse(given);
  if (read.success) return read.data;
  const found = mistakes(read.error, 'body');
  const [first] = found;
  const detail = first === undefined ? '' : ` ${first.at === '' ? '' : `${first.at}: `}${first.message}`;
  throw new InvalidRequest('REQUEST_INVALID', `The body does not fit its schema.${detail}`, found);
}

const maxMistakes = 20;

function mistakes({ issues }: z.ZodError, place: Mistake['in']): readonly Mistake[] {
  return issues.slice(0, maxMistakes).map(({ path, message }) => ({
    in: place,
    at: place === 'body' ? path.map((part) => `/${pointerPart(String(part))}`).join('') : path.join('.'),
    message: message.slice(0, 500),
  }));
}

/** RFC 6901 section 3. */
function pointerPart(text: string): string {
  return text.replaceAll('~', '~0').replaceAll('/', '~1');
}
