import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import { readVersion, writeVersion } from '../../../editor/digest-file.ts';
import type { FileVersion } from '../../../editor/digest-file.ts';
import { maxFormBytes, maxTextBytes } from '../../../editor/editor-routes.ts';
import type { OpenEditor, OpenEditors } from '../../../editor/open-editors.ts';
import { AppError } from '../../../errors/app-error.ts';
import { readForm } from '../../http/read-form.ts';
import type { Web } from '../../web-context.ts';
import { actedBy } from '../acted-by.ts';
import type { OfEdition } from '../edition-of.ts';
import { openOrStart, referenceOf } from '../open-digest.ts';
import { digestTextView } from '../views/digest-text-view.ts';
import type { TextConflict } from '../views/digest-text-view.ts';

const rules = { access: 'desk', desk: { permission: 'write', in: 'this' }, cache: 'no-store' } as const;
const reading = { rules: { ...rules, csrf: 'none' } } as const;
const changing = { rules: { ...rules, csrf: 'form-token' } } as const;

type OfText = OfEdition & { Querystring: { done?: string; image?: string } };

/** `/desk/p/<publication>/<date>/text`: the digest in a plain form, which needs no script; and how a digest begins. */
export function textRoutes(app: FastifyInstance, web: Web, editors: OpenEditors): void {
  const { writing } = web.services;
  app.get<OfText>('/desk/p/:slug/:date/text', { config: reading }, async (request, reply) => {
    const { reference } = await referenceOf(web, request);
    const open = await openOrStart(web, { request, reply, editors, reference });
    return open === undefined ? reply : show(web, { request, reply, open });
  });
  app.post<OfText>(
    '/desk/p/:slug/:date/text',
    { config: changing, bodyLimit: maxFormBytes },
    async (request, reply) => {
      const { reference } = await referenceOf(web, request);
      const { source, state } = await editors.get(reference);
      const form = readForm(request);
      const before = await readVersion(source.path);
      const text = withLineEnds(textOf(form), before.text);
      const written =
        before.stamp === form.get('base')
          ? await save(web, { request, path: source.path, text, before })
          : undefined;
      if (written === undefined) {
        const theirs = await readVersion(source.path);
        reply.code(409);
        return show(web, { request, reply, open: { source, state }, conflict: { mine: text, theirs } });
      }
      await state.look();
      return reply.redirect(`${web.site.path(`/desk/p/${reference}/text`)}?done=saved`, 303);
    },
  );
  app.post<OfEdition>('/desk/p/:slug/:date/new', { config: changing }, async (request, reply) => {
    const { reference } = await referenceOf(web, request);
    await writing.start(reference, actedBy(request));
    return reply.redirect(web.site.path(`/desk/p/${reference}/write/`), 303);
  });
}

/** @throws AppError DIGEST_INVALID without a text, which must not empty the file, or for more than the editor takes */
function textOf(form: URLSearchParams): string {
  const text = form.get('text');
  if (text === null) throw new AppError('DIGEST_INVALID', 'The form came without the text of the digest.');
  if (Buffer.byteLength(text) <= maxTextBytes) return text;
  throw new AppError('DIGEST_INVALID', `The text is longer than ${maxTextBytes / 1024} KB.`);
}

/** Undefined if another person was faster. */
async function save(
  web: Web,
  {
    request,
    path,
    text,
    before,
  }: {
    readonly request: FastifyRequest<OfText>;
    readonly path: string;
    readonly text: string;
    readonly before: FileVersion;
  },
): Promise<FileVersion | undefined> {
  if (text === before.text) return before;
  const { slug, date } = request.params;
  await web.services.writing.recordSave(`${slug}/${date}`, actedBy(request));
  return writeVersion(path, text, before.stamp);
}

async function show(
  web: Web,
  {
    request,
    reply,
    open,
    conflict,
  }: {
    readonly request: FastifyRequest<OfText>;
    readonly reply: FastifyReply;
    readonly open: OpenEditor;
    readonly conflict?: TextConflict;
  },
): Promise<FastifyReply> {
  const { slug, date } = request.params;
  const { done = '', image = '' } = request.query;
  const view = digestTextView(open.state.summary, {
    base: web.site.path(`/desk/p/${slug}/${date}`),
    file: await readVersion(open.source.path),
    conflict,
    isSaved: done === 'saved',
    image: /^images\/[a-z0-9-]+\.[a-z]+$/u.test(image) ? image : '',
  });
  const page = {
    template: 'digest-text',
    title: `Digest of ${slug}/${date}`,
    current: 'publications',
    view,
  } as const;
  return web.deskPages.send(page, request, reply);
}

/** Browsers send the lines of a form with CRLF; the file keeps the line ends that it has. */
function withLineEnds(text: string, before: string): string {
  const lines = text.replaceAll('\r\n', '\n');
  return before.includes('\r\n') ? lines.replaceAll('\n', '\r\n') : lines;
}
