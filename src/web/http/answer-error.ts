import type { FastifyReply, FastifyRequest } from 'fastify';

import type { Publication } from '../../domain/editions/publication.ts';
import { AppError } from '../../errors/app-error.ts';
import { kinds } from '../../errors/catalogue.ts';
import { phrasesFor } from '../../phrases/phrases-for.ts';
import { answerProblem, isApiPath } from '../api/problem.ts';
import { errorNotice, errorText } from '../pages/error-notice.ts';
import { onlyPublication } from '../pages/name-of.ts';
import { notice } from '../pages/notice.ts';
import type { Web } from '../web-context.ts';
import { PageError } from './page-error.ts';
import type { Shown } from './page-error.ts';

/**
 * Answers any thrown value: as a page or as JSON, by what was asked for. What went wrong at our end is
 * logged and not shown.
 */
export async function answerError(
  web: Web,
  { error, request, reply }: { error: unknown; request: FastifyRequest; reply: FastifyReply },
): Promise<FastifyReply> {
  if (isApiPath(request.url)) return answerProblem(web, { error, request, reply });
  const { status, shown } = read(error);
  if (status >= 500)
    web.log.error({ route: request.routeOptions.url, error }, 'A page could not be answered.');
  if (isDeadLink(shown)) web.metrics.deadLink(request.routeOptions.url ?? '');
  const publication = isDeadLink(shown) ? await frameOf(web) : undefined;
  const language = publication?.language ?? preferredLanguage(request);
  const { pages: phrases } = phrasesFor(language);
  reply.code(status).header('cache-control', 'no-store');
  if (wantsJson(request)) {
    const message = error instanceof AppError && status < 500 ? error.message : errorText(shown, phrases);
    return reply.send({ error: { status, message } });
  }
  const said = errorNotice(shown, { site: web.site, phrases, publication });
  const page = { template: 'notice', title: said.heading, language, publication, view: notice(said) };
  return reply.type(html).send(await web.pages.html(page));
}

function isDeadLink(shown: Shown): boolean {
  return shown.startsWith('dead');
}

/** A page of the only publication keeps its frame; an error while looking is not answered by another. */
async function frameOf(web: Web): Promise<Publication | undefined> {
  try {
    return await onlyPublication(web);
  } catch {
    return undefined;
  }
}

export const html = 'text/html; charset=utf-8';

function read(error: unknown): { readonly status: number; readonly shown: Shown } {
  if (error instanceof PageError) return { status: error.statusCode, shown: error.shown };
  const status = statusOf(error);
  if (status === 404 || status === 414) return { status: 404, shown: 'notFound' };
  return { status, shown: status >= 500 ? 'failed' : 'refused' };
}

function statusOf(error: unknown): number {
  if (error instanceof AppError) return kinds[error.kind].httpStatus;
  // Fastify's own errors say what they are over HTTP.
  const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500;
  return status >= 400 && status < 600 ? status : 500;
}

/** True if a program or a script sent the request, not a browser that shows a page. */
export function wantsJson(request: FastifyRequest): boolean {
  const { accept = '', 'content-type': type = '' } = request.headers;
  if (request.url.startsWith('/api/')) return true;
  if (accept.includes('text/html')) return false;
  return accept.includes('application/json') || type.startsWith('application/json');
}

/** The first language that the browser asks for. */
function preferredLanguage({ headers }: FastifyRequest): string {
  return /^[a-zA-Z]{2,3}(?:-[a-zA-Z0-9]{1,8})*/u.exec(headers['accept-language'] ?? '')?.[0] ?? 'en';
}
