import { AppError } from '../errors/app-error.ts';
import { catalogue } from '../errors/catalogue.ts';
import type { ErrorCode } from '../errors/catalogue.ts';
import { problemSchema } from '../web/api/schemas/problem.ts';

/** What a server answered, read to its end. */
export interface Answer {
  readonly status: number;
  /** Media type without parameters, in lower case. */
  readonly type: string;
  readonly text: string;
  /** Seconds, from `Retry-After` (RFC 9110 section 10.2.3); undefined without one. */
  readonly retryAfter: number | undefined;
}

const receivedProblem = problemSchema.pick({ detail: true, code: true, hint: true, details: true }).strip();

/** Turns an answer that is no success into the AppError that the server threw. */
export function toRefusal(answer: Answer, origin: string): AppError {
  const { status } = answer;
  if (status >= 300 && status < 400)
    return invalid(`${origin} redirects to another address, and the token is not sent there.`);
  const problem =
    answer.type === 'application/problem+json' ? receivedProblem.safeParse(read(answer)) : undefined;
  if (problem?.success !== true) return ofStatus(answer, origin);
  const { detail, code, hint, details } = problem.data;
  const options = { ...(hint === undefined ? {} : { hint }), ...(details === undefined ? {} : { details }) };
  if (isErrorCode(code)) return new AppError(code, detail, options);
  if (status === 404) return otherVersion(origin);
  if (status >= 500) return unreachable(`${origin} could not carry out the request: ${detail}`);
  return new AppError('REMOTE_INVALID', `${origin} refused the request: ${detail}`, options);
}

function isErrorCode(code: string | undefined): code is ErrorCode {
  return code !== undefined && Object.hasOwn(catalogue, code);
}

/** Without a problem document, something else answered: a proxy, or another program. */
function ofStatus({ status, type }: Answer, origin: string): AppError {
  if (status === 401 || status === 407)
    return invalid(`A server before Daybrief at ${origin} asks for a sign-in of its own (${status}).`);
  if (status === 429 || status >= 500)
    return unreachable(`${origin} answered ${status} and no answer of the API.`);
  return invalid(
    `${origin} is no API of Daybrief: it answered ${status}${type === '' ? '' : ` with ${type}`}.`,
  );
}

/** Says that an answer does not fit the schema of this version. */
export function otherVersion(origin: string): AppError {
  return new AppError('REMOTE_INVALID', `${origin} runs a version of Daybrief with another API.`, {
    hint: 'Install the same version here as there, or run the command there.',
  });
}

export function notOurs({ type }: Answer, origin: string): AppError {
  return invalid(`${origin} is no API of Daybrief: it answered with ${type === '' ? 'no type' : type}.`);
}

function invalid(sentence: string): AppError {
  return new AppError('REMOTE_INVALID', sentence, {
    hint: 'Check the URL of --remote: it is the BASE_URL of the other machine.',
  });
}

function unreachable(sentence: string, cause?: unknown): AppError {
  return new AppError('REMOTE_UNREACHABLE', sentence, {
    hint: 'Whether the request had its effect is not known; the command can be run again, which changes nothing twice.',
    ...(cause === undefined ? {} : { cause }),
  });
}

const certificateCodes = /CERT|UNABLE_TO_|SELF_SIGNED|ERR_TLS|ERR_SSL/u;

/** Says why no answer came. `canRepeat` is false for what the next attempt does not change. */
export function toFailure(
  error: unknown,
  { origin, seconds }: { readonly origin: string; readonly seconds: number },
): { readonly error: AppError; readonly canRepeat: boolean } {
  if (error instanceof Error && error.name === 'TimeoutError')
    return {
      error: unreachable(`${origin} did not answer within ${seconds} seconds.`, error),
      canRepeat: true,
    };
  const code = codeOf(error);
  if (certificateCodes.test(code)) {
    const hint = 'Correct the certificate there; NODE_EXTRA_CA_CERTS names one of your own authority.';
    const sentence = `The certificate of ${origin} is not trusted (${code}).`;
    return { error: new AppError('REMOTE_INVALID', sentence, { hint, cause: error }), canRepeat: false };
  }
  if (code === 'ENOTFOUND')
    return { error: invalid(`The host of ${origin} is not known.`), canRepeat: false };
  const why = code === '' ? '' : ` (${code})`;
  return { error: unreachable(`The connection to ${origin} failed${why}.`, error), canRepeat: true };
}

/** `fetch` wraps the error of the socket. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  if ('code' in error && typeof error.code === 'string') return error.code;
  return codeOf(error.cause);
}

/** The JSON of an answer; undefined if it is none. */
export function read({ text }: Pick<Answer, 'text'>): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
