import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';

import type { z } from 'zod';

import { AppError } from '../errors/app-error.ts';
import { notOurs, otherVersion, read, toFailure, toRefusal } from './refusals.ts';
import type { Answer } from './refusals.ts';

export interface RemoteOptions {
  /** As `readRemoteUrl` returns it. */
  readonly url: string;
  readonly token: string;
  /** Ends the request, and the wait for the next attempt. */
  readonly signal: AbortSignal;
  /** Of one attempt; 30 s unless given. */
  readonly timeoutMs?: number;
  /** Before the second attempt; doubled before each further one. 500 ms unless given. */
  readonly firstPauseMs?: number;
}

export interface RemoteRequest<Schema extends z.ZodType> {
  readonly method: 'GET' | 'POST';
  /** Below `/api/v1`, with a query if it has one. */
  readonly path: string;
  readonly body?: object;
  readonly answer: Schema;
  /** Of one attempt, for a request that takes longer than others. */
  readonly timeoutMs?: number;
}

export type Send = <Schema extends z.ZodType>(request: RemoteRequest<Schema>) => Promise<z.output<Schema>>;

const maxAttempts = 5;
/** A longer `Retry-After` is reported instead of waited for. */
const maxPauseSeconds = 60;
const maxAnswerBytes = 8 * 1024 * 1024;

/**
 * Returns a function that sends one request to the API at `options.url`, at most five times: after a lost connection, a
 * timeout, 429, 502, 503, 504, and 409 IDEMPOTENCY_KEY_BUSY. All attempts of a POST have the same Idempotency-Key.
 *
 * The function throws the AppError of the server's problem document, REMOTE_UNREACHABLE if no attempt was answered, and
 * REMOTE_INVALID if something else than this API answered.
 */
export function createSend(options: RemoteOptions): Send {
  const { signal, firstPauseMs = 500 } = options;
  return async (request) => {
    const key = randomUUID();
    for (let attempt = 1; ; attempt += 1) {
      const tried = await tryOnce(request, { ...options, key });
      if ('answer' in tried) return tried.answer as z.output<typeof request.answer>;
      const { error, canRepeat, retryAfter } = tried;
      if (!canRepeat || attempt === maxAttempts || (retryAfter ?? 0) > maxPauseSeconds) throw error;
      const pauseMs = retryAfter === undefined ? firstPauseMs * 2 ** (attempt - 1) : retryAfter * 1_000;
      await pause(pauseMs, undefined, { signal });
    }
  };
}

type Tried =
  | { readonly answer: unknown }
  | { readonly error: AppError; readonly canRepeat: boolean; readonly retryAfter?: number | undefined };

async function tryOnce(
  request: RemoteRequest<z.ZodType>,
  options: RemoteOptions & { readonly key: string },
): Promise<Tried> {
  const { url, signal } = options;
  const timeoutMs = options.timeoutMs ?? request.timeoutMs ?? 30_000;
  const origin = new URL(url).host;
  let answer: Answer;
  try {
    answer = await exchange(request, { ...options, timeoutMs });
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof AppError) return { error, canRepeat: false };
    return toFailure(error, { origin, seconds: timeoutMs / 1_000 });
  }
  if (answer.status < 200 || answer.status >= 300) {
    const error = toRefusal(answer, origin);
    return { error, canRepeat: canRepeat(answer, error), retryAfter: answer.retryAfter };
  }
  if (answer.type !== 'application/json') return { error: notOurs(answer, origin), canRepeat: false };
  const parsed = request.answer.safeParse(read(answer));
  return parsed.success ? { answer: parsed.data } : { error: otherVersion(origin), canRepeat: false };
}

function canRepeat({ status }: Answer, { code }: AppError): boolean {
  return [429, 502, 503, 504].includes(status) || code === 'IDEMPOTENCY_KEY_BUSY';
}

async function exchange(
  { method, path, body }: RemoteRequest<z.ZodType>,
  {
    url,
    token,
    signal,
    timeoutMs,
    key,
  }: RemoteOptions & { readonly key: string; readonly timeoutMs: number },
): Promise<Answer> {
  const response = await fetch(`${url}/api/v1${path}`, {
    method,
    redirect: 'manual',
    signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    headers: {
      accept: 'application/json, application/problem+json',
      authorization: `Bearer ${token}`,
      ...(method === 'POST' ? { 'idempotency-key': `"${key}"`, 'content-type': 'application/json' } : {}),
    },
    ...(method === 'POST' ? { body: JSON.stringify(body ?? {}) } : {}),
  });
  const { status, headers } = response;
  const type = (headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  const after = headers.get('retry-after') ?? '';
  return {
    status,
    type: /^[\w.+-]+\/[\w.+-]+$/u.test(type) ? type.slice(0, 100) : '',
    text: await readText(response, new URL(url).host),
    retryAfter: /^\d{1,9}$/u.test(after) ? Number(after) : undefined,
  };
}

/** Throws AppError REMOTE_INVALID if the answer is longer than any of the API. */
async function readText({ body }: Response, origin: string): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for await (const chunk of body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > maxAnswerBytes) throw new AppError('REMOTE_INVALID', `The answer of ${origin} is too long.`);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}
