import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { AdminAttempts } from '../limits/admin-attempts.ts';
import type { Log } from '../log/log.ts';
import { isAdmin } from './http/is-admin.ts';
import { listenError } from './http/listen-error.ts';
import { createMetrics } from './metrics.ts';
import type { Metrics, MetricsSource } from './metrics.ts';

export interface MetricsServerOptions {
  readonly host: string;
  /** 0 means any free port. */
  readonly port: number;
  /** Required for `/metrics` if it is set. */
  readonly adminPassword?: string;
  /** Returns false if the process does not work any more, although it runs. */
  readonly isHealthy: () => boolean;
  readonly log: Log;
}

/** `/healthz` and `/metrics` of a worker without pages. */
export class MetricsServer implements AsyncDisposable {
  readonly #server: Server;
  readonly #metrics: Metrics;
  readonly #options: MetricsServerOptions;
  readonly #attempts = new AdminAttempts();

  constructor(source: MetricsSource, options: MetricsServerOptions) {
    this.#options = options;
    this.#metrics = createMetrics(source, { now: Date.now });
    this.#server = createServer({ headersTimeout: 10_000, requestTimeout: 20_000 }, (request, response) => {
      this.#answer(request, response).catch((error: unknown) => {
        options.log.warn({ error }, 'metrics could not be read');
        respond(response, 503, 'The database does not answer.\n');
      });
    });
    this.#server.maxConnections = 100;
  }

  /**
   * Listens, and returns the address on this machine: `http://127.0.0.1:9464`.
   *
   * @throws AppError PORT_UNAVAILABLE
   */
  async listen(): Promise<string> {
    const { host, port } = this.#options;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#server.once('error', reject).listen({ host, port }, resolve);
    await promise.catch((error: unknown) => {
      throw listenError(error, { host, port, variable: 'METRICS_PORT' });
    });
    const { address, family, port: actual } = this.#server.address() as AddressInfo;
    return `http://${family === 'IPv6' ? `[${address}]` : address}:${actual}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.close(() => resolve());
    this.#server.closeAllConnections();
    await promise;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { adminPassword, isHealthy } = this.#options;
    if (request.method !== 'GET' && request.method !== 'HEAD') return respond(response, 405, 'GET only.\n');
    if (request.url === '/healthz') {
      return isHealthy() ? respond(response, 200, 'up\n') : respond(response, 503, 'not working\n');
    }
    if (request.url !== '/metrics') return respond(response, 404, 'There are /healthz and /metrics.\n');
    const ip = request.socket.remoteAddress ?? '';
    if (adminPassword !== undefined && (await this.#attempts.blockedFor(ip)) > 0) {
      return respond(response, 429, 'Too many wrong passwords.\n');
    }
    if (adminPassword !== undefined && !isAdmin(request.headers.authorization, adminPassword)) {
      if (request.headers.authorization !== undefined) await this.#attempts.countWrong(ip);
      response.setHeader('www-authenticate', 'Basic realm="daybrief", charset="UTF-8"');
      return respond(response, 401, 'Wrong password.\n');
    }
    const { type, body } = await this.#metrics.text();
    response.setHeader('content-type', type);
    respond(response, 200, body);
  }
}

function respond(response: ServerResponse, status: number, body: string): void {
  if (response.headersSent) return;
  response.statusCode = status;
  response.setHeader('x-content-type-options', 'nosniff');
  response.end(body);
}
