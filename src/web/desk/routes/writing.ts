import { buffer } from 'node:stream/consumers';

import type { FastifyInstance, FastifyRequest } from 'fastify';

import { isAllowed } from '../../../domain/accounts/role.ts';
import type { Permission } from '../../../domain/accounts/role.ts';
import { editorRoutes, pagePolicy } from '../../../editor/editor-routes.ts';
import type { EditorSession } from '../../../editor/editor-routes.ts';
import { OpenEditors } from '../../../editor/open-editors.ts';
import { loadPageFiles } from '../../../editor/page-files.ts';
import type { PageFiles } from '../../../editor/page-files.ts';
import { AppError } from '../../../errors/app-error.ts';
import { html, wantsJson } from '../../http/answer-error.ts';
import { notFound } from '../../http/page-error.ts';
import { takeUploads, uploadedFile } from '../../http/read-upload.ts';
import { securityHeaders } from '../../http/security-headers.ts';
import type { Web } from '../../web-context.ts';
import { actedBy } from '../acted-by.ts';
import { formTokenOf, needUser } from '../desk-session.ts';
import type { OfEdition } from '../edition-of.ts';
import { openOrStart, referenceOf } from '../open-digest.ts';
import { textRoutes } from './digest-text.ts';

const page = '/desk/p/:slug/:date/write/';

function rulesOf(permission: Permission, csrf: 'none' | 'form-token') {
  return { rules: { access: 'desk', desk: { permission, in: 'this' }, csrf, cache: 'no-store' } } as const;
}
const seeing = { config: rulesOf('drafts', 'none') };
const writing = { config: rulesOf('write', 'form-token') };

/**
 * `/desk/p/<publication>/<date>/write/`: the editor with its renderings, for who may write; for others the renderings.
 * `/desk/<publication>/<date>` leads there.
 */
export async function writingRoutes(app: FastifyInstance, web: Web): Promise<void> {
  const { writing: services } = web.services;
  const editors = new OpenEditors((reference) => services.open(reference), {
    log: web.log,
    now: () => web.services.now(),
  });
  app.addHook('onClose', async () => editors[Symbol.dispose]());
  const files = await loadPageFiles(services.pageFolder, (version) =>
    web.site.path(`/desk/editor/${version}/`),
  );
  fileRoutes(app, web, files);
  pageRoutes(app, web, { editors, files });
  textRoutes(app, web, editors);
  await app.register(async (scope) => imageRoutes(scope, web));
  editorRoutes(app, {
    path: page,
    session: (request) => sessionOf(web, request as FastifyRequest<OfEdition>, editors),
    routes: {
      see: seeing,
      readFile: { config: rulesOf('write', 'none') },
      write: writing,
      approve: { config: rulesOf('approve', 'form-token') },
    },
    streamHeaders: { ...securityHeaders(web.site), 'x-accel-buffering': 'no' },
  });
}

/** Scripts and style sheets, by a version that changes with them. */
function fileRoutes(app: FastifyInstance, _web: Web, files: PageFiles): void {
  const rules = { access: 'desk', desk: 'anybody', csrf: 'none', cache: 'immutable' } as const;
  app.get<{ Params: { version: string; '*': string } }>(
    '/desk/editor/:version/*',
    { config: { rules } },
    async (request, reply) => {
      const { version, '*': name } = request.params;
      const file = version === files.version ? await files.find(name) : undefined;
      if (file === undefined) throw notFound();
      return reply.type(file.type).send(file.text);
    },
  );
}

function pageRoutes(
  app: FastifyInstance,
  web: Web,
  { editors, files }: { readonly editors: OpenEditors; readonly files: PageFiles },
): void {
  const anySlug = {
    access: 'desk',
    desk: { permission: 'drafts', in: 'this' },
    csrf: 'none',
    cache: 'no-store',
  } as const;
  for (const url of ['/desk/:slug/:date', '/desk/p/:slug/:date/write']) {
    app.get<OfEdition>(url, { config: { rules: anySlug } }, async (request, reply) => {
      const { slug, date } = await referenceOf(web, request);
      return reply.redirect(web.site.path(`/desk/p/${slug}/${date}/write/`), 303);
    });
  }
  app.get<OfEdition>(page, seeing, async (request, reply) => {
    const { slug, date, reference } = await referenceOf(web, request);
    if ((await openOrStart(web, { request, reply, editors, reference })) === undefined) return reply;
    const { user, token } = needUser(request);
    const base = web.site.path(`/desk/p/${slug}/${date}`);
    const { nonce, policy } = pagePolicy();
    const may = (['write', 'approve'] as const).filter((permission) =>
      isAllowed(user.grants, permission, slug),
    );
    const links = [
      { href: base, text: 'The edition' },
      ...(may.includes('write') ? [{ href: `${base}/text`, text: 'Plain form' }] : []),
    ];
    const content = files.page({
      title: reference,
      files: web.site.path(`/desk/editor/${files.version}/`),
      attributes: {
        nonce,
        may: may.join(' '),
        links: JSON.stringify(links),
        'form-token': formTokenOf(token),
      },
      // Without script there is a form.
      head: `<noscript><meta http-equiv="refresh" content="0;url=${base}/${may.includes('write') ? 'text' : 'draft'}"></noscript>\n`,
    });
    return reply.type(html).header('content-security-policy', policy).send(content);
  });
}

async function sessionOf(
  web: Web,
  request: FastifyRequest<OfEdition>,
  editors: OpenEditors,
): Promise<EditorSession> {
  const { desk, writing: services } = web.services;
  const { slug, date, reference } = await referenceOf(web, request);
  const { source, state } = await editors.get(reference);
  const { token } = needUser(request);
  const by = actedBy(request);
  return {
    path: source.path,
    state,
    pagePath: web.site.path(`/desk/p/${slug}/${date}/write/`),
    completions: () => source.completions(),
    compare: (baseline) => source.compare(baseline),
    beforeSave: () => services.recordSave(reference, by),
    async sendProof() {
      const said = await source.sendProof();
      await services.recordProof(reference, by);
      return said;
    },
    async approve(contentHash, { now }) {
      if (!/^[0-9a-f]{64}$/u.test(contentHash)) throw notFound();
      const result = await desk.actions(by).approve(reference, { expectedHash: contentHash, now });
      if ('revision' in result) return `Revision ${result.revision} is approved.`;
      const { given, needed } = result.waiting;
      return `${given.length} of ${needed} approvals: ${given.join(', ')}. One more person is needed.`;
    },
    async isAllowed() {
      const user = await desk.access.userOf(token);
      return user !== undefined && isAllowed(user.grants, 'drafts', slug);
    },
  };
}

/** Adds an image to the publication's folder. */
function imageRoutes(app: FastifyInstance, web: Web): void {
  const { writing: services } = web.services;
  const { rules } = writing.config;
  takeUploads(app, { maxBytes: services.maxImageBytes });
  app.post<OfEdition>(
    `${page}images`,
    { config: { rules: { ...rules, body: 'upload' } } },
    async (request, reply) => {
      const { slug, date } = await referenceOf(web, request);
      const file = uploadedFile(request);
      if (file === undefined || file.name === '')
        throw new AppError('UPLOAD_INVALID', 'No file was chosen.', { hint: 'Choose an image file.' });
      const bytes = await buffer(file.stream);
      if (file.isTooLarge()) {
        const most = Math.round(services.maxImageBytes / 1024 / 1024);
        throw new AppError('UPLOAD_INVALID', `The image is larger than ${most} MB.`, {
          hint: 'Save it 1,200 pixels wide.',
        });
      }
      const { file: path } = await services.addImage(slug, { name: file.name, bytes }, actedBy(request));
      const said = `Added as ${path}. Describe it between the brackets.`;
      if (wantsJson(request)) return { said, markdown: `![](${path})` };
      return reply.redirect(
        `${web.site.path(`/desk/p/${slug}/${date}/text`)}?image=${encodeURIComponent(path)}`,
        303,
      );
    },
  );
}
