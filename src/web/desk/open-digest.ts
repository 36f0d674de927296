import type { FastifyReply, FastifyRequest } from 'fastify';

import { isAllowed } from '../../domain/accounts/role.ts';
import { isCalendarDate } from '../../domain/time/calendar.ts';
import type { OpenEditor, OpenEditors } from '../../editor/open-editors.ts';
import { AppError } from '../../errors/app-error.ts';
import { notFound } from '../http/page-error.ts';
import type { Web } from '../web-context.ts';
import { needUser } from './desk-session.ts';
import type { OfEdition } from './edition-of.ts';

/** The digest, or the page that offers to begin it. */
export async function openOrStart(
  web: Web,
  {
    request,
    reply,
    editors,
    reference,
  }: {
    readonly request: FastifyRequest<OfEdition>;
    readonly reply: FastifyReply;
    readonly editors: OpenEditors;
    readonly reference: string;
  },
): Promise<OpenEditor | undefined> {
  try {
    return await editors.get(reference);
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'DIGEST_NOT_FOUND') throw error;
    const { slug, date } = request.params;
    const mayWrite = isAllowed(needUser(request).user.grants, 'write', slug);
    const base = web.site.path(`/desk/p/${slug}/${date}`);
    const view = {
      heading: `There is no digest for ${date} yet`,
      start: mayWrite ? `${base}/new` : '',
      edition: base,
    };
    reply.code(404);
    web.deskPages.send(
      { template: 'no-digest', title: reference, current: 'publications', view },
      request,
      reply,
    );
    return undefined;
  }
}

/** @throws PageError 404 for an unknown publication, or what is no date */
export async function referenceOf(web: Web, request: FastifyRequest<OfEdition>) {
  const { slug, date } = request.params;
  if (!isCalendarDate(date) || (await web.services.publications.find(slug)) === undefined) throw notFound();
  return { slug, date, reference: `${slug}/${date}` };
}
