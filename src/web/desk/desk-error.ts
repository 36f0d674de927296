import type { FastifyReply, FastifyRequest } from 'fastify';

import { AppError } from '../../errors/app-error.ts';
import { kinds } from '../../errors/catalogue.ts';
import { answerError, wantsJson } from '../http/answer-error.ts';
import { PageError } from '../http/page-error.ts';
import type { Web } from '../web-context.ts';
import { DeskRefusal } from './guard.ts';

/** Answers what went wrong at the desk, in its frame and in the words of the command line. */
export async function answerDeskError(
  web: Web,
  {
    error,
    request,
    reply,
  }: { readonly error: unknown; readonly request: FastifyRequest; readonly reply: FastifyReply },
): Promise<FastifyReply> {
  const base = web.site.path('/desk');
  reply.header('cache-control', 'no-store');
  if (error instanceof DeskRefusal && error.why === 'signed-out' && isPageView(request)) {
    const next = encodeURIComponent(request.url.slice(0, maxNextLength));
    return reply.redirect(`${base}/sign-in?next=${next}`, 303);
  }
  if (error instanceof DeskRefusal && error.why === 'second-factor' && isPageView(request)) {
    return reply.redirect(`${base}/account`, 303);
  }
  if (!wantsJson(request)) {
    const said = wordsOf(error);
    if (said !== undefined) {
      const { status, heading, lines } = said;
      reply.code(status);
      const back = status === 403 && heading.startsWith('The desk is closed') ? '' : base;
      const view = {
        heading,
        lines,
        details: said.details ?? [],
        back,
        edition: back === '' ? '' : editionPath(request, base),
        command: said.command ?? '',
      };
      return web.deskPages.send({ template: 'message', title: heading, view }, request, reply);
    }
  }
  return answerError(web, { error, request, reply });
}

const maxNextLength = 500;

/** Path of the edition that was acted upon: its draft if it was not approved. Empty if it was about none. */
function editionPath({ url, method }: FastifyRequest, base: string): string {
  if (method !== 'POST') return '';
  const [, edition = '', step = ''] = /\/desk\/p\/([a-z0-9-]+\/\d{4}-\d{2}-\d{2})\/([a-z]+)/u.exec(url) ?? [];
  if (edition === '') return '';
  return `${base}/p/${edition}${step === 'approve' ? '/draft' : ''}`;
}

function isPageView({ method, headers }: FastifyRequest): boolean {
  return (method === 'GET' || method === 'HEAD') && !(headers.accept ?? '').includes('text/event-stream');
}

interface Words {
  readonly status: number;
  readonly heading: string;
  readonly lines: readonly string[];
  readonly details?: readonly string[];
  readonly command?: string;
}

/** Undefined for an error of the server itself, which is logged and not shown. */
function wordsOf(error: unknown): Words | undefined {
  if (error instanceof DeskRefusal) return { status: error.statusCode, ...refusals[error.why] };
  if (error instanceof PageError && error.statusCode === 404) {
    return {
      status: 404,
      heading: 'There is no such page',
      lines: ['The edition or publication may have another name.'],
    };
  }
  if (!(error instanceof AppError) || error.kind === 'bug') return undefined;
  const lines = error.hint === undefined ? ['Nothing was changed.'] : ['Nothing was changed.', error.hint];
  return { status: kinds[error.kind].httpStatus, heading: error.message, lines, details: error.details };
}

const refusals: Readonly<Record<DeskRefusal['why'], Omit<Words, 'status'>>> = {
  closed: {
    heading: 'The desk is closed',
    lines: ['Nobody has an account yet. On the machine that runs Daybrief, this makes the first one:'],
    command: 'daybrief users add you@example.org --role admin',
  },
  'signed-out': { heading: 'Sign in first', lines: ['The session has ended. Nothing was changed.'] },
  'second-factor': {
    heading: 'Set up codes first',
    lines: ['Every account here needs codes of an authenticator app. Nothing was changed.'],
  },
  role: {
    heading: 'Your role does not allow this',
    lines: [
      'Nothing was changed. The administrator of this installation gives roles with `daybrief users roles`.',
    ],
  },
  form: {
    heading: 'This form has expired',
    lines: [
      'It was made before you signed in, or by another page. Nothing was changed: go back, reload, and try again.',
    ],
  },
};
