import { STATUS_CODES } from 'node:http';

import type { FastifyReply, FastifyRequest } from 'fastify';

import { AppError } from '../../errors/app-error.ts';
import { catalogue, kinds } from '../../errors/catalogue.ts';
import type { ErrorCode } from '../../errors/catalogue.ts';
import type { Web } from '../web-context.ts';
import { apiRoot } from './endpoint.ts';
import type { Mistake, Problem } from './schemas/problem.ts';

/** A request that its schemas refuse. */
export class InvalidRequest extends AppError {
  readonly mistakes: readonly Mistake[];

  constructor(code: 'REQUEST_MALFORMED' | 'REQUEST_INVALID', message: string, mistakes: readonly Mistake[]) {
    super(code, message);
    this.name = 'InvalidRequest';
    this.mistakes = mistakes;
  }
}

/** Returns true for a path below `apiRoot`, whether there is something or not. */
export function isApiPath(url: string): boolean {
  return url === apiRoot || url.startsWith(`${apiRoot}/`) || url.startsWith(`${apiRoot}?`);
}

/** HTTP status of an error at the API: what is named by the path and not there is 404. */
export function statusOf(code: ErrorCode): number {
  if (code.endsWith('_NOT_FOUND')) return 404;
  return kinds[catalogue[code]].httpStatus;
}

/** Answers any thrown value as problem details. An error of the server itself is logged and not shown. */
export function answerProblem(
  web: Pick<Web, 'log'>,
  {
    error,
    request,
    reply,
  }: { readonly error: unknown; readonly request: FastifyRequest; readonly reply: FastifyReply },
): FastifyReply {
  const problem = toProblem(error);
  if (problem.status >= 500)
    web.log.error({ route: request.routeOptions.url, error }, 'A request of the API could not be answered.');
  if (problem.status === 503) reply.header('retry-after', '5');
  return reply
    .code(problem.status)
    .header('cache-control', 'no-store')
    .type('application/problem+json')
    .serializer(JSON.stringify)
    .send(problem);
}

/** Any thrown value as problem details. */
export function toProblem(error: unknown): Problem {
  if (error instanceof AppError) {
    const status = statusOf(error.code);
    if (error.kind !== 'bug') return ofAppError(error, status);
  }
  const status = httpStatusOf(error);
  const [code, detail] = plainSentences[status] ?? [];
  if (code !== undefined && detail !== undefined) return ofAppError(new AppError(code, detail), status);
  return {
    type: 'about:blank',
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail: detail ?? sentences[status] ?? 'The request could not be answered; the log says why.',
  };
}

function ofAppError(error: AppError, status: number): Problem {
  return {
    type: problemType(error.code),
    title: titleOf(error.code),
    status,
    detail: error.message,
    code: error.code,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    ...(error.details.length === 0 ? {} : { details: error.details }),
    ...(error instanceof InvalidRequest ? { mistakes: error.mistakes } : {}),
  };
}

export function problemType(code: ErrorCode): string {
  return `urn:daybrief:problem:${code.toLowerCase().replaceAll('_', '-')}`;
}

/** `Edition state`: the same for every occurrence of the code (RFC 9457 section 3.1.4). */
function titleOf(code: ErrorCode): string {
  const words = code.toLowerCase().replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Errors of the HTTP server that have a code in the catalogue. */
const plainSentences: Readonly<Record<number, readonly [ErrorCode, string]>> = {
  400: ['REQUEST_MALFORMED', 'The request is no valid HTTP, or its body no JSON.'],
};

const sentences: Readonly<Record<number, string>> = {
  404: 'There is nothing at this path.',
  405: 'The path does not take this method; the header Allow names those that it takes.',
  408: 'The request took too long to arrive.',
  413: 'The body is larger than this endpoint takes.',
  414: 'The path is too long.',
  415: 'The body has another type than this endpoint takes: application/json in UTF-8, or a file as documented.',
};

function httpStatusOf(error: unknown): number {
  const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500;
  return status >= 400 && status < 600 ? status : 500;
}
