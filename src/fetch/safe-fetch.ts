import { lookup } from 'node:dns/promises';
import { request as requestHttp } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP } from 'node:net';
import type { LookupFunction } from 'node:net';

import type { FetchedPage, FetchPage, FetchRequest } from '../app/ports/inbox.ts';
import { AppError } from '../errors/app-error.ts';
import { isPublicAddress } from './public-address.ts';
import { readBody } from './read-body.ts';

export interface SafeFetchOptions {
  /** Returns the IP addresses of a host name. */
  readonly resolve?: (host: string) => Promise<readonly string[]>;
  /** True if a connection may go there, although the address is not public. */
  readonly permit?: (address: string, port: number) => boolean;
  readonly timeoutMs?: number;
  readonly maxBytes?: number;
}

interface Rules {
  readonly resolve: (host: string) => Promise<readonly string[]>;
  readonly permit: (address: string, port: number) => boolean;
  readonly maxBytes: number;
}

const defaultTimeoutMs = 10_000;
const defaultMaxBytes = 5 * 1024 * 1024;
const maxRedirects = 5;
const maxUrlLength = 2000;
const redirects = new Set([301, 302, 303, 307, 308]);

/**
 * Returns a fetch for addresses that strangers can choose. It connects only to public addresses: to the address that
 * was checked, never to a second answer of the DNS. The time limit is for all redirects together.
 *
 * The function throws AppError FETCH_REFUSED for what may not be fetched, and FETCH_FAILED if the other end does not
 * answer with a page.
 */
export function createSafeFetch(options: SafeFetchOptions = {}): FetchPage {
  const { timeoutMs = defaultTimeoutMs, maxBytes = defaultMaxBytes } = options;
  const rules: Rules = {
    resolve: options.resolve ?? resolveHost,
    permit: options.permit ?? (() => false),
    maxBytes,
  };
  return async (url, request = {}) => {
    const deadline = AbortSignal.timeout(timeoutMs);
    const signal = request.signal === undefined ? deadline : AbortSignal.any([deadline, request.signal]);
    try {
      return await follow(readUrl(url), { ...request, signal }, rules);
    } catch (error) {
      if (error instanceof AppError) throw error;
      request.signal?.throwIfAborted();
      const reason = deadline.aborted ? `took longer than ${timeoutMs / 1000} s` : reasonOf(error);
      throw failed(url, reason, error);
    }
  };
}

type Ready = FetchRequest & { readonly signal: AbortSignal };

async function follow(first: URL, request: Ready, rules: Rules): Promise<FetchedPage> {
  let url = first;
  for (let count = 0; count <= maxRedirects; count += 1) {
    const addresses = await checkedAddresses(url, request, rules);
    await using exchange = await openExchange(url, addresses, request);
    const { response } = exchange;
    const status = response.statusCode ?? 0;
    const { location } = response.headers;
    if (redirects.has(status) && location !== undefined) {
      url = readUrl(location, url);
      continue;
    }
    if (status === 304) return toFetched(url, response, new Uint8Array());
    if (status < 200 || status > 299) throw failed(url.href, `answered with the status ${status}`);
    const body = await abortable(readBody(response, rules.maxBytes), request.signal);
    if (body.ok) return toFetched(url, response, body.bytes);
    const reason =
      body.reason === 'too-large'
        ? `is larger than ${Math.floor(rules.maxBytes / 1024 / 1024)} MB`
        : 'is compressed in an unknown way';
    throw failed(url.href, reason);
  }
  throw failed(first.href, `redirects more than ${maxRedirects} times`);
}

function readUrl(text: string, base?: URL): URL {
  const url = text.length > maxUrlLength ? null : URL.parse(text, base?.href);
  if (url === null) throw refused(text, 'it is not a web address');
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw refused(text, 'only http and https are');
  if (url.username !== '' || url.password !== '') throw refused(text, 'it contains a user name or password');
  return url;
}

/** Returns the addresses of the host after checking each. The URL parser has turned decimal and octal hosts into dotted ones. */
async function checkedAddresses(url: URL, { signal }: Ready, rules: Rules): Promise<readonly string[]> {
  const host = url.hostname.replaceAll(/^\[|\]$|\.$/g, '');
  const port = Number(url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : url.port);
  const addresses = isIP(host) === 0 ? await abortable(rules.resolve(host), signal) : [host];
  if (addresses.length === 0) throw failed(url.href, 'has a host name without an address');
  for (const address of addresses) {
    if (!isPublicAddress(address) && !rules.permit(address, port)) {
      throw refused(url.href, 'its host is on a private or internal network');
    }
  }
  return addresses;
}

interface Exchange extends AsyncDisposable {
  readonly response: IncomingMessage;
}

async function openExchange(url: URL, addresses: readonly string[], request: Ready): Promise<Exchange> {
  const send = url.protocol === 'https:' ? requestHttps : requestHttp;
  const outgoing = send(url, {
    lookup: answerWith(addresses),
    // No agent: a pooled connection would lead to an address that was checked for another request.
    agent: false,
    signal: request.signal,
    headers: {
      'user-agent': 'Daybrief/0.1',
      accept: request.accept ?? '*/*',
      'accept-encoding': 'gzip, deflate, br',
      connection: 'close',
      ...(request.etag === undefined ? {} : { 'if-none-match': request.etag }),
      ...(request.lastModified === undefined ? {} : { 'if-modified-since': request.lastModified }),
    },
  });
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  outgoing.once('response', resolve);
  // Stays: errors after the response would otherwise end the process.
  outgoing.on('error', reject);
  outgoing.end();
  const response = await promise;
  response.on('error', () => {});
  return {
    response,
    async [Symbol.asyncDispose]() {
      outgoing.destroy();
    },
  };
}

/** A lookup that knows only the addresses that were checked; a host that is an address is not looked up. */
function answerWith(addresses: readonly string[]): LookupFunction {
  const answers = addresses.map((address) => ({ address, family: isIP(address) }));
  return (_host, { all }, callback) => {
    const [first] = answers;
    if (all === true || first === undefined) callback(null, answers);
    else callback(null, first.address, first.family);
  };
}

function toFetched(url: URL, response: IncomingMessage, bytes: Uint8Array): FetchedPage {
  const headers = Object.fromEntries(
    Object.entries(response.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : value,
    ]),
  );
  return { url: url.href, status: response.statusCode ?? 0, headers, bytes };
}

async function resolveHost(host: string): Promise<readonly string[]> {
  return (await lookup(host, { all: true, verbatim: true })).map(({ address }) => address);
}

/** Rejects as soon as the signal aborts; what the promise becomes afterwards is ignored. */
async function abortable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason);
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener('abort', abort);
    work.catch(() => {});
  }
}

function refused(url: string, reason: string): AppError {
  return new AppError('FETCH_REFUSED', `${shorten(url)} is not fetched: ${reason}.`, {
    hint: 'Save the page in your browser and add the file, or paste its text.',
  });
}

function failed(url: string, reason: string, cause?: unknown): AppError {
  return new AppError('FETCH_FAILED', `${shorten(url)} ${reason}.`, {
    hint: 'Open it in a browser; if it works there, save the page and add the file.',
    cause,
  });
}

function shorten(url: string): string {
  return url.length > 200 ? `${url.slice(0, 199)}…` : url;
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'has an unknown host name';
  if (code === 'ECONNREFUSED') return 'refuses the connection';
  if (code === 'ECONNRESET') return 'ended the connection too early';
  if (/CERT|SELF_SIGNED|ERR_TLS/.test(code)) return 'has no valid certificate';
  return code === '' ? 'could not be fetched' : `could not be fetched (${code})`;
}
