import type { Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';

import Fastify from 'fastify';
import type { FastifyInstance } from 'fastify';

import { loadDeskPages } from './desk/desk-pages.ts';
import { answerError } from './http/answer-error.ts';
import { enforceRules } from './http/enforce-rules.ts';
import { limitBodies } from './http/limit-bodies.ts';
import { listenError } from './http/listen-error.ts';
import { answerOneAtATime } from './http/one-at-a-time.ts';
import { cachePages } from './http/page-cache.ts';
import { notFound } from './http/page-error.ts';
import { watchRoutes } from './http/route-rules.ts';
import type { KnownRoute } from './http/route-rules.ts';
import { securityHeaders } from './http/security-headers.ts';
import { trustProxies } from './http/trust-proxies.ts';
import { createMetrics } from './metrics.ts';
import { loadAssets } from './pages/assets.ts';
import { loadPages } from './pages/page.ts';
import { createSite } from './pages/site.ts';
import { registerRoutes } from './routes.ts';
import type { ConnectionLimits, Web, WebOptions } from './web-context.ts';
import type { WebServices } from './web-services.ts';

const defaultLimits: ConnectionLimits = {
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 20_000,
  uploadTimeoutMs: 30 * 60_000,
  keepAliveTimeoutMs: 5_000,
  checkIntervalMs: 1_000,
  maxConnections: 10_000,
  maxRequestsPerConnection: 100,
  bodyBytes: 32 * 1024,
  closeGraceMs: 5_000,
  pageCacheMs: 3_000,
};

/** The pages and what programs ask for, over HTTP. Listens until it is disposed of. */
export class WebServer implements AsyncDisposable {
  /** Every route with what it allows. */
  readonly routes: readonly KnownRoute[];
  readonly #app: FastifyInstance;
  readonly #options: WebOptions;
  readonly #closeGraceMs: number;

  private constructor(
    app: FastifyInstance,
    server: {
      readonly routes: readonly KnownRoute[];
      readonly options: WebOptions;
      readonly closeGraceMs: number;
    },
  ) {
    this.#app = app;
    this.routes = server.routes;
    this.#options = server.options;
    this.#closeGraceMs = server.closeGraceMs;
  }

  /** @throws AppError TEMPLATE_INVALID */
  static async create(services: WebServices, options: WebOptions): Promise<WebServer> {
    const limits = { ...defaultLimits, ...options.limits };
    const folder = join(options.templatesDir, 'web');
    const site = createSite(options.baseUrl);
    const assets = await loadAssets(folder);
    const pages = await loadPages(folder, { assets, site, logos: services.logos });
    const deskPages = await loadDeskPages(join(options.templatesDir, 'desk'), { assets, site });
    const metrics = createMetrics(services, { now: Date.now });
    const web: Web = { services, options, log: options.log, pages, deskPages, assets, site, metrics };

    const app = createApp(web, limits);
    const watch = watchRoutes(app);
    limitBodies(app, {
      requestTimeoutMs: limits.requestTimeoutMs,
      refuse: (socket) => closeWith(statusLines['ERR_HTTP_REQUEST_TIMEOUT'] ?? '', socket),
    });
    answerOneAtATime(app);
    enforceRules(app, web);
    cachePages(app, { maxAgeMs: limits.pageCacheMs, now: Date.now });
    await registerRoutes(app, web);
    watch.answerOtherMethods();
    await app.ready();
    return new WebServer(app, { routes: watch.routes, options, closeGraceMs: limits.closeGraceMs });
  }

  /**
   * Listens, and returns the address it is reached at on this machine: `http://127.0.0.1:8080`.
   *
   * @throws AppError PORT_UNAVAILABLE
   */
  async listen(): Promise<string> {
    const { host, port } = this.#options;
    try {
      await this.#app.listen({ host, port });
    } catch (error) {
      throw listenError(error, { host, port, variable: 'PORT' });
    }
    const { address, family, port: actual } = this.#app.server.address() as AddressInfo;
    return `http://${family === 'IPv6' ? `[${address}]` : address}:${actual}`;
  }

  /** Takes no new request, lets those under way end within the grace time, and closes every connection. */
  async [Symbol.asyncDispose](): Promise<void> {
    const cut = setTimeout(() => this.#app.server.closeAllConnections(), this.#closeGraceMs);
    await this.#app.close();
    clearTimeout(cut);
  }
}

function createApp(web: Web, limits: ConnectionLimits): FastifyInstance {
  const { trustedProxies } = web.options;
  const app: FastifyInstance = Fastify({
    bodyLimit: limits.bodyBytes,
    requestTimeout: Math.max(limits.requestTimeoutMs, limits.uploadTimeoutMs),
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    // These two time-outs end slow requests (Slowloris) without delaying others.
    http: {
      headersTimeout: limits.headersTimeoutMs,
      connectionsCheckingInterval: limits.checkIntervalMs,
    },
    routerOptions: { maxParamLength: 300 },
    trustProxy: trustProxies(trustedProxies),
    // Addresses that are none reach no hook.
    frameworkErrors: (error, request, reply) => {
      reply.headers(securityHeaders(web.site));
      void answerError(web, { error, request, reply });
    },
    clientErrorHandler: refuseConnection,
  });
  app.server.maxConnections = limits.maxConnections;
  limitRequests(app.server, limits.maxRequestsPerConnection);
  app.setErrorHandler((error, request, reply) => answerError(web, { error, request, reply }));
  app.setNotFoundHandler((request, reply) => answerError(web, { error: notFound(), request, reply }));
  return app;
}

/**
 * Closes a connection after so many answers. Node alone would go on reading: it answers 503 to each further request of
 * a pipeline, which takes seconds for ten thousand.
 */
function limitRequests(server: Server, max: number): void {
  const counts = new WeakMap<Socket, number>();
  // Announces `Connection: close` with the last answer.
  server.maxRequestsPerSocket = max;
  server.on('request', ({ socket }, response) => {
    const count = (counts.get(socket) ?? 0) + 1;
    counts.set(socket, count);
    if (count === max) response.once('finish', () => socket.destroySoon());
  });
  server.on('dropRequest', (_request, socket: Socket) => socket.pause());
}

const statusLines: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};

/** What is not HTTP, or too slow to be. */
function refuseConnection(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  closeWith(statusLines[error.code ?? ''] ?? '400 Bad Request', socket);
}

function closeWith(status: string, socket: Socket): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () => socket.destroy());
}
