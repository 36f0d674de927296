import { randomBytes } from 'node:crypto';

import type { FastifyInstance, FastifyReply, FastifyRequest, RouteShorthandOptions } from 'fastify';

import type { PreviewEmail } from '../app/editions/preview-edition.ts';
import { markBlocks } from '../app/editions/weigh-blocks.ts';
import { readVersion, writeVersion } from './digest-file.ts';
import { frameOf } from './frames.ts';
import type { FrameMode } from './frames.ts';
import type { PreviewSource } from './preview-source.ts';
import type { PreviewState } from './preview-state.ts';

/** A digest that is open for one request, and what its sender may do with it. */
export interface EditorSession extends Pick<PreviewSource, 'path' | 'completions' | 'compare'> {
  readonly sendProof: () => Promise<string>;
  readonly state: PreviewState;
  /** Path of the page as the browser knows it, with a slash at its end. */
  readonly pagePath: string;
  /** Called before the file is written; what it throws prevents it. */
  readonly beforeSave: () => Promise<void>;
  /** @param options.now it may go out at once, because its send time has passed */
  readonly approve: (contentHash: string, options: { readonly now: boolean }) => Promise<string>;
  /** Asked every few seconds while a page follows the digest: false ends its stream. */
  readonly isAllowed: () => Promise<boolean>;
}

export interface EditorRouteOptions {
  /** Of the page, with a slash at its end; may have parameters. */
  readonly path: string;
  readonly session: (request: FastifyRequest) => Promise<EditorSession>;
  /** Options of the routes that show the digest, that change its file or mail it, and that approve. */
  readonly routes: Readonly<
    Record<'see' | 'readFile' | 'write' | 'approve', RouteShorthandOptions & { readonly bodyLimit?: number }>
  >;
  /** Headers of the stream of changes, which bypasses the hooks of the server. */
  readonly streamHeaders?: Readonly<Record<string, string>>;
}

/** A digest has at most 64 KB; a form writes some characters as nine. */
export const maxFormBytes = 1024 * 1024;
/** Of a text that is saved, so that a digest that became too long can still be shortened in the editor. */
export const maxTextBytes = 256 * 1024;
const checkEveryMs = 15_000;
/** Pages that follow a digest at a time, over all digests. */
const maxStreams = 100;

/** What the page of a digest asks for, below its path. */
export function editorRoutes(app: FastifyInstance, options: EditorRouteOptions): void {
  serveFrames(app, options);
  serveState(app, options);
  serveStream(app, options);
  serveFile(app, options);
  serveActions(app, options);
}

/** CodeMirror adds style sheets of its own, which the nonce allows; scripts are files alone. */
export function pagePolicy(): { readonly nonce: string; readonly policy: string } {
  const nonce = randomBytes(16).toString('base64');
  const policy = `default-src 'none'; script-src 'self'; style-src 'self' 'nonce-${nonce}'; connect-src 'self'; frame-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'`;
  return { nonce, policy };
}

/**
 * The renderings, each in a sandbox without scripts, and their images. The page around a frame may measure it: where
 * blocks begin, how long the email is.
 */
function serveFrames(app: FastifyInstance, { path, session, routes }: EditorRouteOptions): void {
  const policy =
    "sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox; default-src 'none'; img-src * data:; style-src 'unsafe-inline'; frame-ancestors 'self'";
  const send = (reply: FastifyReply, html: string) =>
    reply
      .type('text/html; charset=utf-8')
      .headers({ 'content-security-policy': policy, 'x-frame-options': 'SAMEORIGIN' })
      .send(html);

  app.get(`${path}frame/email`, routes.see, async (request, reply) => {
    const { state, pagePath } = await session(request);
    const { email } = state;
    reply.raw.on('finish', () => state.emailFetched());
    if (email === undefined) return send(reply, nothing);
    const urls = { baseUrl: email.baseUrl, imageBase: `${pagePath}images/` };
    return send(reply, frameOf(markBlocks(email.html, email.blocks), modeOf(request), urls));
  });
  app.get(`${path}frame/page`, routes.see, async (request, reply) => {
    const { state, pagePath } = await session(request);
    const { rendering } = state;
    const html = rendering?.page.replaceAll(`${rendering.baseUrl}/images/`, `${pagePath}images/`);
    return send(reply, html === undefined ? nothing : pageOf(html));
  });
  app.get(`${path}images/:name`, routes.see, async (request, reply) => {
    const { name } = request.params as { readonly name: string };
    const image = imageOf((await session(request)).state.email, name);
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

/** The state with its changes, and what the editor offers. */
function serveState(app: FastifyInstance, { path, session, routes }: EditorRouteOptions): void {
  app.get(`${path}state`, routes.see, async (request) => (await session(request)).state.summary);
  app.get(`${path}completions`, routes.see, async (request) => (await session(request)).completions());
  app.get(`${path}changes`, routes.see, async (request) => {
    const { since } = request.query as { readonly since?: string };
    return (await session(request)).compare(String(since));
  });
}

/** Says when something has changed, as server-sent events. */
function serveStream(app: FastifyInstance, options: EditorRouteOptions): void {
  const { path, session, routes, streamHeaders = {} } = options;
  const streams = new Set<() => void>();
  app.addHook('preClose', async () => {
    for (const end of streams) end();
  });
  app.get(`${path}events`, routes.see, async (request, reply) => {
    const { state, isAllowed } = await session(request);
    if (request.method === 'HEAD') return reply.type('text/event-stream').send('');
    if (streams.size >= maxStreams) return reply.code(503).send({ error: 'Too many pages are open.' });
    reply.hijack();
    const { raw } = reply;
    raw.writeHead(200, {
      ...streamHeaders,
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
    });
    raw.write('retry: 500\n\n');
    const stop = state.subscribe((change) => raw.write(`event: ${change}\ndata: ${state.emailVersion}\n\n`));
    const check = setInterval(() => {
      isAllowed().then(
        (allowed) => (allowed ? raw.write(': still open\n\n') : end()),
        () => end(),
      );
    }, checkEveryMs);
    const end = () => {
      clearInterval(check);
      stop();
      streams.delete(end);
      raw.end();
    };
    streams.add(end);
    raw.on('close', end);
    return reply;
  });
}

/** The file with its versions. */
function serveFile(app: FastifyInstance, { path, session, routes }: EditorRouteOptions): void {
  app.get(`${path}file`, routes.readFile, async (request) => readVersion((await session(request)).path));
  app.post(`${path}file`, { ...routes.write, bodyLimit: maxFormBytes }, async (request, reply) => {
    const form = fieldsOf(request);
    const text = form.get('text');
    const stamp = form.get('base');
    if (text === null || stamp === null || Buffer.byteLength(text) > maxTextBytes)
      return reply.code(400).send({ error: `text of at most ${maxTextBytes} bytes and base are expected.` });
    const { path: file, state, beforeSave } = await session(request);
    const current = await readVersion(file);
    if (current.stamp !== stamp) return reply.code(409).send(current);
    await beforeSave();
    const written = await writeVersion(file, text, stamp);
    if (written === undefined) return reply.code(409).send(await readVersion(file));
    // The editor goes on before the text is checked.
    void state.look();
    return written;
  });
}

function serveActions(app: FastifyInstance, { path, session, routes }: EditorRouteOptions): void {
  app.post(`${path}proof`, routes.write, async (request) => {
    const { sendProof } = await session(request);
    return { said: await sendProof() };
  });
  app.post(`${path}approve`, routes.approve, async (request) => {
    const form = fieldsOf(request);
    const { state, approve } = await session(request);
    const said = await approve(form.get('contentHash') ?? '', { now: form.get('now') === 'yes' });
    await state.refresh();
    return { said };
  });
}

function fieldsOf({ body }: FastifyRequest): URLSearchParams {
  return body instanceof URLSearchParams ? body : new URLSearchParams();
}
