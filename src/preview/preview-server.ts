import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { basename } from 'node:path';

import Fastify from 'fastify';
import type { FastifyInstance } from 'fastify';

import { editorRoutes, maxFormBytes, pagePolicy } from '../editor/editor-routes.ts';
import type { EditorSession } from '../editor/editor-routes.ts';
import { loadPageFiles } from '../editor/page-files.ts';
import type { PreviewSource } from '../editor/preview-source.ts';
import { PreviewState } from '../editor/preview-state.ts';
import { AppError } from '../errors/app-error.ts';
import type { Log } from '../log/log.ts';

export interface PreviewOptions {
  /** `templates/preview` */
  readonly folder: string;
  readonly port: number;
  readonly log: Log;
}

/**
 * The curator's page for one digest, on loopback alone: what it serves is behind a secret in its address, and it
 * answers only to its own host name, so that no web page that the curator visits can reach it.
 */
export class PreviewServer implements AsyncDisposable {
  readonly #app: FastifyInstance;
  readonly #state: PreviewState;
  readonly #token: string;

  private constructor(app: FastifyInstance, state: PreviewState, token: string) {
    this.#app = app;
    this.#state = state;
    this.#token = token;
  }

  /** Listens, and follows the file until it is disposed of. */
  static async listen(source: PreviewSource, options: PreviewOptions): Promise<PreviewServer> {
    const token = randomBytes(18).toString('base64url');
    const app = Fastify({ bodyLimit: maxFormBytes, forceCloseConnections: true });
    const state = new PreviewState(source, options.log);
    guard(app);
    answerErrors(app, options.log);
    app.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'string' },
      (_request, body, done) => done(null, new URLSearchParams(String(body))),
    );
    await servePage(app, `/${token}/`, { folder: options.folder, title: basename(source.path, '.md') });
    const session = sessionOf(source, state, `/${token}/`);
    editorRoutes(app, {
      path: `/${token}/`,
      session: async () => session,
      routes: { see: {}, readFile: {}, write: {}, approve: {} },
    });
    await app.listen({ host: '127.0.0.1', port: options.port });
    await state.start();
    return new PreviewServer(app, state, token);
  }

  /** The page's address, its secret included. */
  get url(): string {
    const { port } = this.#app.server.address() as AddressInfo;
    return `http://127.0.0.1:${port}/${this.#token}/`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#state[Symbol.dispose]();
    await this.#app.close();
  }
}

/** The curator of this machine may do everything. */
function sessionOf(source: PreviewSource, state: PreviewState, pagePath: string): EditorSession {
  return {
    path: source.path,
    state,
    pagePath,
    completions: () => source.completions(),
    compare: (baseline) => source.compare(baseline),
    sendProof: () => source.sendProof(),
    approve: (contentHash) => source.approve(contentHash),
    beforeSave: async () => {},
    isAllowed: async () => true,
  };
}

/** Refuses other host names (a web page may point its own at this machine) and requests from other pages. */
function guard(app: FastifyInstance): void {
  app.addHook('onRequest', async (request, reply) => {
    const host = request.headers.host ?? '';
    const own = /^(?:127\.0\.0\.1|localhost)(?::\d+)?$/u.test(host);
    const origin = request.headers.origin;
    const foreign = origin !== undefined && origin !== 'null' && origin !== `http://${host}`;
    if (!own || foreign || (origin === 'null' && request.method !== 'GET')) {
      await reply.code(403).send('This page is for the curator of this machine.');
    }
    reply.headers({
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    });
  });
}

function answerErrors(app: FastifyInstance, log: Log): void {
  app.setNotFoundHandler(async (_, reply) => reply.code(404).send('There is nothing at this address.'));
  app.setErrorHandler(async (error, _, reply) => {
    if (error instanceof AppError) {
      const text = error.hint === undefined ? error.message : `${error.message} ${error.hint}`;
      return reply.code(409).send({ error: text });
    }
    const { statusCode = 500, message } = error as Error & { readonly statusCode?: number };
    if (statusCode >= 500) log.error({ error }, 'the preview failed');
    return reply.code(statusCode).send({ error: message });
  });
}

async function servePage(
  app: FastifyInstance,
  path: string,
  { folder, title }: { readonly folder: string; readonly title: string },
): Promise<void> {
  const files = await loadPageFiles(folder, () => `${path}files/`);
  app.get(path, async (_, reply) => {
    const { nonce, policy } = pagePolicy();
    const html = files.page({ title, files: 'files/', attributes: { nonce, may: 'write approve' } });
    return reply.type('text/html; charset=utf-8').header('content-security-policy', policy).send(html);
  });
  app.get(`${path}files/*`, async (request, reply) => {
    const file = await files.find((request.params as { readonly '*': string })['*']);
    if (file === undefined) return reply.callNotFound();
    return reply.type(file.type).header('cache-control', 'private, max-age=3600').send(file.text);
  });
}
