import { Readable } from 'node:stream';

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import type { ImportJob, ImportOptions } from '../../../app/desk/import-job.ts';
import {
  givenStates,
  readDelimiter,
  readMapping,
  readStateWords,
} from '../../../app/subscribers/read-import-options.ts';
import { AppError } from '../../../errors/app-error.ts';
import { notFound } from '../../http/page-error.ts';
import { readForm } from '../../http/read-form.ts';
import { takeUploads, uploadedFile } from '../../http/read-upload.ts';
import type { Web } from '../../web-context.ts';
import { actedBy } from '../acted-by.ts';
import { importView } from '../views/import-view.ts';

const rules = { access: 'desk', desk: { permission: 'subscribers', in: 'this' }, cache: 'no-store' } as const;
const reading = { rules: { ...rules, csrf: 'none' } } as const;
const changing = { rules: { ...rules, csrf: 'form-token' } } as const;

interface OfPublication {
  Params: { slug: string };
}
interface OfImport {
  Params: { slug: string; id: string };
}

/**
 * `/desk/p/<publication>/import`: a CSV file is uploaded, read without writing anything, shown with what would happen,
 * and imported after a confirmation. It is the use case of `daybrief subscribers import`.
 */
export async function importRoutes(app: FastifyInstance, web: Web): Promise<void> {
  const { imports } = web.services;
  app.addHook('onClose', () => imports[Symbol.asyncDispose]());
  app.get<OfPublication>('/desk/p/:slug/import', { config: reading }, async (request, reply) =>
    show(web, { request, reply, slug: request.params.slug }),
  );
  await app.register(async (scope) => uploadRoutes(scope, web));
  app.get<OfImport>('/desk/p/:slug/import/:id', { config: reading }, async (request, reply) =>
    show(web, { request, reply, slug: request.params.slug, job: await jobOf(web, request) }),
  );
  app.post<OfImport>('/desk/p/:slug/import/:id/check', { config: changing }, async (request, reply) => {
    const { id } = await jobOf(web, request);
    imports.check(id, optionsOf(readForm(request)), actedBy(request));
    return back(web, request, reply);
  });
  app.post<OfImport>('/desk/p/:slug/import/:id/run', { config: changing }, async (request, reply) => {
    const job = await jobOf(web, request);
    // Nothing is written before a person has seen for how many.
    if (readForm(request).get('confirm') !== 'yes')
      return show(web, { request, reply: reply.code(422), slug: request.params.slug, job });
    imports.run(job.id, actedBy(request));
    return back(web, request, reply);
  });
  app.post<OfImport>('/desk/p/:slug/import/:id/remove', { config: changing }, async (request, reply) => {
    await imports.remove((await jobOf(web, request)).id);
    return reply.redirect(web.site.path(`/desk/p/${request.params.slug}/import`), 303);
  });
  app.get<OfImport>('/desk/p/:slug/import/:id/rejects', { config: reading }, async (request, reply) => {
    const rows = imports.rejects((await jobOf(web, request)).id);
    if (rows === undefined) throw notFound();
    reply.header('content-disposition', 'attachment; filename="rejects.csv"');
    return reply.type('text/csv; charset=utf-8').send(Readable.from(rows));
  });
}

function uploadRoutes(app: FastifyInstance, web: Web): void {
  const { imports } = web.services;
  takeUploads(app, { maxBytes: imports.maxBytes });
  const config = { rules: { ...changing.rules, body: 'upload' } } as const;
  app.post<OfPublication>('/desk/p/:slug/import', { config }, async (request, reply) => {
    const { slug } = request.params;
    const file = uploadedFile(request);
    if (file === undefined || file.name === '')
      throw new AppError('UPLOAD_INVALID', 'No file was chosen.', { hint: 'Choose a CSV file.' });
    const { id } = await imports.begin({
      publication: slug,
      fileName: file.name.replaceAll(/[\p{C}]/gu, '').slice(0, 100),
      bytes: file.stream,
      isTooLarge: () => file.isTooLarge(),
      by: actedBy(request),
    });
    return reply.redirect(web.site.path(`/desk/p/${slug}/import/${id}`), 303);
  });
}

async function jobOf(web: Web, { params }: FastifyRequest<OfImport>): Promise<ImportJob> {
  const job = await web.services.imports.find(params.slug, params.id);
  if (job === undefined) throw notFound();
  return job;
}

async function show(
  web: Web,
  {
    request,
    reply,
    slug,
    job,
  }: {
    readonly request: FastifyRequest;
    readonly reply: FastifyReply;
    readonly slug: string;
    readonly job?: ImportJob;
  },
): Promise<FastifyReply> {
  const known = await web.services.publications.find(slug);
  if (known === undefined) throw notFound();
  const view = importView(known.publication, {
    base: web.site.path(`/desk/p/${slug}`),
    job,
    recent: job === undefined ? await web.services.imports.recent(slug) : [],
    timeZone: known.publication.timeZone,
    maxBytes: web.services.imports.maxBytes,
  });
  const page = { template: 'import', title: view.heading, current: 'subscribers', view } as const;
  return web.deskPages.send(page, request, reply);
}

function back(web: Web, { params }: FastifyRequest<OfImport>, reply: FastifyReply): FastifyReply {
  return reply.redirect(web.site.path(`/desk/p/${params.slug}/import/${params.id}`), 303);
}

/** @throws AppError USAGE_INVALID in the words of the command line */
function optionsOf(form: URLSearchParams): ImportOptions {
  const linesOf = (name: string) =>
    (form.get(name) ?? '')
      .split(/\r?\n/u)
      .map((line) => line.trim())
      .filter((line) => line !== '');
  const as = givenStates.find((state) => state === form.get('as'));
  const delimiter = (form.get('delimiter') ?? '').trim();
  return {
    mapping: readMapping(linesOf('map')),
    stateWords: readStateWords(linesOf('state')),
    ignore: linesOf('ignore'),
    as,
    delimiter: readDelimiter(delimiter === '' ? undefined : delimiter),
  };
}
