import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import { securityHeaders } from '../../http/security-headers.ts';
import type { Web } from '../../web-context.ts';
import { needUser, setUser } from '../desk-session.ts';
import { deskZone, seenPublications } from '../seen-publications.ts';
import { liveNumbers } from '../views/live-view.ts';
import type { LiveNumbers } from '../views/live-view.ts';

const reading = { access: 'desk', desk: 'user', csrf: 'none', cache: 'no-store' } as const;

const everyMs = 1_000;
/** Streams at a time; more are answered 503, and their pages ask for the numbers instead. */
const maxStreams = 100;
/** A session that ended, or a role that was taken, ends its streams within this time. */
const checkEveryMs = 15_000;

/** `/desk/live`: the numbers of the first page each second, as server-sent events; `/desk/numbers`: once, as JSON. */
export function liveRoutes(app: FastifyInstance, web: Web): void {
  const read = shareNumbers(web);
  const streams = new Set<() => void>();
  app.addHook('preClose', async () => {
    for (const end of streams) end();
  });
  app.get('/desk/numbers', { config: { rules: reading } }, async (request, reply) =>
    reply.send(await read(request)),
  );
  app.get('/desk/live', { config: { rules: reading } }, async (request, reply) => {
    if (request.method === 'HEAD') return reply.type('text/event-stream').send('');
    if (streams.size >= maxStreams)
      return reply.code(503).send({ error: { status: 503, message: 'Ask for /desk/numbers.' } });
    stream(web, { request, reply, streams, read: () => read(request) });
    return reply;
  });
}

/** Reads today once a second, however many pages are open. */
function shareNumbers(web: Web): (request: FastifyRequest) => Promise<LiveNumbers> {
  const { views, relays } = web.services.desk;
  let last: { readonly at: number; readonly today: ReturnType<typeof views.today> } | undefined;
  return async (request) => {
    const { user } = needUser(request);
    const now = web.services.now();
    if (last === undefined || now - last.at >= everyMs / 2 || now < last.at)
      last = { at: now, today: views.today() };
    const slugs = seenPublications(user);
    const today = (await last.today).filter(
      ({ publication }) => slugs === undefined || slugs.includes(publication.slug),
    );
    const workers = await views.workers();
    return liveNumbers(today, { now, timeZone: await deskZone(web, user), relays, workers });
  };
}

function stream(
  web: Web,
  {
    request,
    reply,
    streams,
    read,
  }: {
    readonly request: FastifyRequest;
    readonly reply: FastifyReply;
    readonly streams: Set<() => void>;
    readonly read: () => Promise<LiveNumbers>;
  },
): void {
  const { token } = needUser(request);
  reply.hijack();
  const { raw } = reply;
  raw.writeHead(200, {
    ...securityHeaders(web.site),
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    // Nginx would hold the events back.
    'x-accel-buffering': 'no',
  });
  let checkedAt = web.services.now();
  let isBusy = false;
  const send = async () => {
    if (web.services.now() - checkedAt >= checkEveryMs) {
      const user = await web.services.desk.access.userOf(token);
      if (user === undefined) return end();
      setUser(request, { user, token });
      checkedAt = web.services.now();
    }
    // A browser that does not read gets no more until it does.
    if (!raw.writableNeedDrain) raw.write(`data: ${JSON.stringify(await read())}\n\n`);
  };
  const timer = setInterval(() => {
    if (isBusy) return;
    isBusy = true;
    send()
      .catch((error: unknown) => {
        web.log.warn({ error }, 'the numbers of the desk could not be read');
        end();
      })
      .finally(() => (isBusy = false));
  }, everyMs);
  const end = () => {
    clearInterval(timer);
    streams.delete(end);
    raw.end();
  };
  streams.add(end);
  raw.once('close', end);
  raw.write('retry: 2000\n\n');
}
