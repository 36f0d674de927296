import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

import { describe, expect, test } from 'vitest';

import { AppError } from '../../../src/errors/app-error.ts';
import { openRemote } from '../../../src/remote/open-remote.ts';
import { letterTls } from '../../support/servers/pages-behind-tls.ts';

type Respond = (reply: ServerResponse, request: IncomingMessage) => void;

const token = 'daybrief_0123456789abcdef';

/** A server whose n-th request gets the n-th answer, and each further one the last. */
class Scripted implements AsyncDisposable {
  readonly keys: (string | undefined)[] = [];
  readonly #server;

  private constructor(answers: readonly Respond[], isTls: boolean) {
    const listener = (request: IncomingMessage, reply: ServerResponse) => {
      request.resume();
      this.keys.push(request.headers['idempotency-key'] as string | undefined);
      answers[Math.min(this.keys.length, answers.length) - 1]?.(reply, request);
    };
    this.#server = isTls
      ? createTlsServer({ key: letterTls.key, cert: letterTls.cert }, listener)
      : createServer(listener);
  }

  static async start(answers: readonly Respond[], { isTls = false } = {}): Promise<Scripted> {
    const scripted = new Scripted(answers, isTls);
    scripted.#server.listen(0, '127.0.0.1');
    await once(scripted.#server, 'listening');
    return scripted;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** @throws what the command would report */
  pause(scheme = 'http', timeoutMs = 30_000) {
    const url = `${scheme}://127.0.0.1:${this.port}`;
    const { signal } = new AbortController();
    return openRemote({ url, token, signal, timeoutMs, firstPauseMs: 1 }).pause('letter/2026-11-23');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

const json =
  (body: object, status = 200, headers: Readonly<Record<string, string>> = {}): Respond =>
  (reply) => {
    const type = status < 300 ? 'application/json' : 'application/problem+json';
    reply.writeHead(status, { 'content-type': type, ...headers }).end(JSON.stringify(body));
  };

const problem = (status: number, code: string, headers?: Readonly<Record<string, string>>): Respond =>
  json({ type: 'about:blank', title: 'Title', status, detail: `Detail of ${code}.`, code }, status, headers);

const edition = { date: '2026-11-23', state: 'paused', revision: 1, publishedAt: '2026-11-23T06:00:00.000Z' };
const paused = json({ ...edition, addedByNewerServer: true });
const reset: Respond = (_reply, request) => request.socket.destroy();
const silent: Respond = () => undefined;

async function refusalOf(work: Promise<unknown>): Promise<AppError> {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof AppError) return error;
  throw new Error('It was not refused.', { cause: error });
}

describe('a request that can be repeated', () => {
  test.each([
    ['a lost connection', reset],
    ['429 with Retry-After', problem(429, 'REQUEST_LIMIT', { 'retry-after': '0' })],
    ['503 with Retry-After', problem(503, 'STORE_UNAVAILABLE', { 'retry-after': '0' })],
    ['a key that is busy', problem(409, 'IDEMPOTENCY_KEY_BUSY')],
  ])('is sent again with the same key after %s', async (_name, fault) => {
    await using server = await Scripted.start([fault, fault, paused]);

    expect(await server.pause()).toEqual({ ...edition, publishedAt: Date.parse(edition.publishedAt) });
    expect(server.keys).toHaveLength(3);
    expect(new Set(server.keys).size).toBe(1);
    expect(server.keys[0]).toMatch(/^"[\da-f-]{36}"$/u);
  });

  test.each([
    ['a lost connection', reset, 'REMOTE_UNREACHABLE', /^The connection to 127\.0\.0\.1:\d+ failed/u],
    ['503', problem(503, 'STORE_UNAVAILABLE', { 'retry-after': '0' }), 'STORE_UNAVAILABLE', /^Detail of/u],
  ])('is given up after five attempts of %s', async (_name, fault, code, sentence) => {
    await using server = await Scripted.start([fault]);
    const error = await refusalOf(server.pause());

    expect(error).toMatchObject({ code, exitStatus: 5 });
    expect(error.message).toMatch(sentence);
    expect(server.keys).toHaveLength(5);
  });

  test('is given up after five attempts of a server that never answers', async () => {
    await using server = await Scripted.start([silent]);
    const error = await refusalOf(server.pause('http', 50));

    expect(error.code).toBe('REMOTE_UNREACHABLE');
    expect(error.message).toMatch(/did not answer within 0\.05 seconds\.$/u);
  });

  test('is not sent again if the server asks to wait longer than a minute', async () => {
    await using server = await Scripted.start([problem(429, 'REQUEST_LIMIT', { 'retry-after': '3600' })]);

    expect(await refusalOf(server.pause())).toMatchObject({ code: 'REQUEST_LIMIT', exitStatus: 5 });
    expect(server.keys).toHaveLength(1);
  });
});

describe('an answer that is none of the API', () => {
  const html: Respond = (reply) => void reply.writeHead(200, { 'content-type': 'text/html' }).end('<p>Hello');
  const signIn: Respond = (reply) =>
    void reply.writeHead(401, { 'content-type': 'text/html' }).end('<p>Hello');

  test.each([
    ['HTML', html, /is no API of Daybrief: it answered with text\/html\.$/u],
    ['another 401', signIn, /asks for a sign-in of its own \(401\)\.$/u],
    ['JSON of another version', json({ state: 'paused' }), /runs a version of Daybrief with another API\.$/u],
    ['an unknown code', problem(409, 'NEWER_CODE'), /refused the request: Detail of NEWER_CODE\.$/u],
  ])('is reported in a sentence and not asked again: %s', async (_name, answer, sentence) => {
    await using server = await Scripted.start([answer]);
    const error = await refusalOf(server.pause());

    expect(error).toMatchObject({ code: 'REMOTE_INVALID', exitStatus: 3 });
    expect(error.message).toMatch(sentence);
    expect(`${error.message} ${error.hint}`).not.toContain(token);
    expect(server.keys).toHaveLength(1);
  });

  test('is a redirect, which does not get the token', async () => {
    await using target = await Scripted.start([paused]);
    const location = `http://127.0.0.1:${target.port}/`;
    const redirect: Respond = (reply) => void reply.writeHead(307, { location }).end();
    await using server = await Scripted.start([redirect]);

    expect((await refusalOf(server.pause())).message).toMatch(/redirects to another address/u);
    expect(target.keys).toEqual([]);
  });

  test('comes from a server whose certificate is not trusted', async () => {
    await using server = await Scripted.start([paused], { isTls: true });
    const error = await refusalOf(server.pause('https'));

    expect(error.code).toBe('REMOTE_INVALID');
    expect(error.message).toMatch(/^The certificate of 127\.0\.0\.1:\d+ is not trusted \(\w+\)\.$/u);
    expect(server.keys).toEqual([]);
  });
});

describe('the refusal of another machine', () => {
  test('is thrown as it was there', async () => {
    await using server = await Scripted.start([problem(401, 'TOKEN_INVALID')]);

    expect(await refusalOf(server.pause())).toMatchObject({
      code: 'TOKEN_INVALID',
      message: 'Detail of TOKEN_INVALID.',
      exitStatus: 4,
    });
  });
});

describe('the URL of --remote', () => {
  test.each([
    'http://news.example.org',
    'ftp://localhost',
    'https://a:b@news.example.org',
    'https://x.org/?a',
    'x',
  ])('is refused: %s', (url) => {
    const open = () => openRemote({ url, token, signal: new AbortController().signal });

    expect(open).toThrow(expect.objectContaining({ code: 'USAGE_INVALID' }));
  });
});
