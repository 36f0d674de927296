import { createHash, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

import Fastify from 'fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import type { PreviewEmail } from '../app/editions/preview-edition.ts';
import { markBlocks } from '../app/editions/weigh-blocks.ts';
import { AppError } from '../errors/app-error.ts';
import type { Log } from '../log/log.ts';
import { readVersion, writeVersion } from './digest-file.ts';
import { frameOf } from './frames.ts';
import type { FrameMode } from './frames.ts';
import { findModules } from './npm-modules.ts';
import type { PreviewSource } from './preview-source.ts';
import { PreviewState } from './preview-state.ts';

export interface PreviewOptions {
  /** `templates/preview` */
  readonly folder: string;
  readonly port: number;
  readonly log: Log;
}

const maxFileBytes = 2 * 1024 * 1024;

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
    const app = Fastify({ bodyLimit: maxFileBytes, forceCloseConnections: true });
    const state = new PreviewState(source, options.log);
    guard(app);
    answerErrors(app, options.log);
    await servePage(app, `/${token}`, options.folder);
    serveFrames(app, `/${token}`, state);
    serveFile(app, `/${token}`, { source, state });
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

async function servePage(app: FastifyInstance, base: string, folder: string): Promise<void> {
  const modules = findModules();
  const imports = Object.fromEntries([...modules.keys()].map((name) => [name, `${base}/npm/${name}`]));
  const importMap = JSON.stringify({ imports });
  const hash = createHash('sha256').update(importMap).digest('base64');
  const page = (await readFile(join(folder, 'index.html'), 'utf8')).replace('{{importMap}}', importMap);
  const policy = `default-src 'none'; script-src 'self' 'sha256-${hash}'; style-src 'self' 'unsafe-inline'; connect-src 'self'; frame-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
  app.get(`${base}/`, async (_, reply) =>
    reply.type('text/html; charset=utf-8').header('content-security-policy', policy).send(page),
  );
  for (const [name, type] of [
    ['preview.css', 'text/css'],
    ['preview.js', 'text/javascript'],
    ['panes.js', 'text/javascript'],
    ['frames.js', 'text/javascript'],
    ['renew.js', 'text/javascript'],
    ['versions.js', 'text/javascript'],
    ['margin.js', 'text/javascript'],
    ['keyboard.js', 'text/javascript'],
    ['editor.js', 'text/javascript'],
  ] as const) {
    app.get(`${base}/${name}`, async (_, reply) =>
      reply.type(`${type}; charset=utf-8`).send(await readFile(join(folder, name))),
    );
  }
  app.get(`${base}/npm/*`, async (request, reply) => {
    const file = modules.get((request.params as { readonly '*': string })['*']);
    if (file === undefined) return reply.callNotFound();
    return reply
      .type('text/javascript; charset=utf-8')
      .header('cache-control', 'private, max-age=3600')
      .send(await readFile(file));
  });
}

/**
 * The renderings, each in a sandbox without scripts, and their images. The page around a frame may measure it: where
 * blocks begin, how long the email is.
 */
function serveFrames(app: FastifyInstance, base: string, state: PreviewState): void {
  const policy =
    "sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox; default-src 'none'; img-src * data:; style-src 'unsafe-inline'; frame-ancestors 'self'";
  const send = (reply: FastifyReply, html: string) =>
    reply.type('text/html; charset=utf-8').header('content-security-policy', policy).send(html);

  app.get(`${base}/frame/email`, async (request, reply) => {
    const { email } = state;
    reply.raw.on('finish', () => state.emailFetched());
    if (email === undefined) return send(reply, nothing);
    const urls = { baseUrl: email.baseUrl, imageBase: `${base}/images/` };
    return send(reply, frameOf(markBlocks(email.html, email.blocks), modeOf(request), urls));
  });
  app.get(`${base}/frame/page`, async (_, reply) => {
    const { rendering } = state;
    const html = rendering?.page.replaceAll(`${rendering.baseUrl}/images/`, `${base}/images/`);
    return send(reply, html === undefined ? nothing : pageOf(html));
  });
  app.get(`${base}/images/:name`, async (request, reply) => {
    const { name } = request.params as { readonly name: string };
    const image = imageOf(state.email, name);
    if (image === undefined) return reply.callNotFound();
    return (
      reply
        .type(image.contentType)
        // Named by its content.
        .header('cache-control', 'private, max-age=3600, immutable')
        .header('cross-origin-resource-policy', 'cross-origin')
        .send(Buffer.from(image.bytes))
    );
  });
}

const nothing =
  '<!doctype html><title>Nothing yet</title><p style="font:17px/26px sans-serif;margin:20px">Nothing can be shown yet: see the problems.</p>';

function modeOf(request: FastifyRequest): FrameMode {
  const { scheme, images } = request.query as { readonly scheme?: string; readonly images?: string };
  return {
    scheme: scheme === 'dark' || scheme === 'inverted' ? scheme : 'light',
    images: images !== 'off',
  };
}

function pageOf(html: string): string {
  return `<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width"><base target="_blank"><title>Web page</title><style>body{max-width:560px;margin:0 auto;padding:20px;font:17px/26px sans-serif}img{max-width:100%;height:auto}table{border-collapse:collapse}td,th{padding:4px 8px}</style>${html}`;
}

function imageOf(email: PreviewEmail | undefined, name: string) {
  return email?.images.find(({ url }) => url.endsWith(`/images/${name}`));
}

/** The file with its versions, the state with its changes, and what the buttons do. */
function serveFile(
  app: FastifyInstance,
  base: string,
  { source, state }: { readonly source: PreviewSource; readonly state: PreviewState },
): void {
  app.get(`${base}/state`, async () => state.summary);
  app.get(`${base}/completions`, async () => source.completions());
  app.get(`${base}/changes`, async (request) => {
    const { since } = request.query as { readonly since?: string };
    return source.compare(String(since));
  });
  app.get(`${base}/events`, (_, reply) => {
    reply.hijack();
    reply.raw.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    reply.raw.write('retry: 500\n\n');
    const stop = state.subscribe((change) =>
      reply.raw.write(`event: ${change}\ndata: ${state.emailVersion}\n\n`),
    );
    reply.raw.on('close', stop);
  });
  app.get(`${base}/file`, async () => readVersion(source.path));
  app.put(`${base}/file`, async (request, reply) => {
    const { text, base: stamp } = request.body as { readonly text?: unknown; readonly base?: unknown };
    if (typeof text !== 'string' || typeof stamp !== 'string')
      return reply.code(400).send({ error: 'text and base are expected.' });
    const written = await writeVersion(source.path, text, stamp);
    if (written === undefined) return reply.code(409).send(await readVersion(source.path));
    // The editor goes on before the text is checked.
    void state.look();
    return written;
  });
  app.post(`${base}/proof`, async () => ({ said: await source.sendProof() }));
  app.post(`${base}/approve`, async (request) => {
    const { contentHash } = (request.body ?? {}) as { readonly contentHash?: unknown };
    const said = await source.approve(typeof contentHash === 'string' ? contentHash : '');
    await state.refresh();
    return { said };
  });
}
