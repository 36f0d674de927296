import { lookup } from 'node:dns/promises';
import { request as requestHttp } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP } from 'node:net';
import type { LookupFunction } from 'node:net';

import type { FetchRequest } from '../app/ports/inbox.ts';
import { AppError } from '../errors/app-error.ts';
import { isPublicAddress } from './public-address.ts';

/** Where connections may go. */
export interface AddressRules {
  /** Returns the IP addresses of a host name. */
  readonly resolve: (host: string) => Promise<readonly string[]>;
  /** True if a connection may go there, although the address is not public. */
  readonly permit: (address: string, port: number) => boolean;
}

const maxUrlLength = 2000;

/** Status codes that lead to another address. */
export const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

export type ReadyRequest = FetchRequest & { readonly signal: AbortSignal; readonly method?: 'GET' | 'HEAD' };

/**
 * Returns the address as a URL that may be asked for.
 *
 * @throws AppError FETCH_REFUSED
 */
export function readUrl(text: string, base?: URL): URL {
  const url = text.length > maxUrlLength ? null : URL.parse(text, base?.href);
  if (url === null) throw refused(text, 'it is not a web address');
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw refused(text, 'only http and https are');
  if (url.username !== '' || url.password !== '') throw refused(text, 'it contains a user name or password');
  return url;
}

/**
 * Returns the addresses of the host after checking each. The URL parser has turned decimal and octal hosts into dotted
 * ones.
 *
 * @throws AppError FETCH_REFUSED, FETCH_FAILED
 */
export async function checkedAddresses(
  url: URL,
  { signal }: ReadyRequest,
  rules: AddressRules,
): Promise<readonly string[]> {
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

/** A request whose response has begun; disposing of it closes the connection. */
export interface Exchange extends AsyncDisposable {
  readonly response: IncomingMessage;
}

/** Sends a request to one of the addresses that were checked. */
export async function openExchange(
  url: URL,
  addresses: readonly string[],
  request: ReadyRequest,
): Promise<Exchange> {
  const send = url.protocol === 'https:' ? requestHttps : requestHttp;
  const outgoing = send(url, {
    method: request.method ?? 'GET',
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

/** By the system's resolver, in its order. */
export async function resolveHost(host: string): Promise<readonly string[]> {
  return (await lookup(host, { all: true, verbatim: true })).map(({ address }) => address);
}

/** Rejects as soon as the signal aborts; what the promise becomes afterwards is ignored. */
export async function abortable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
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

/** An error of the other end. */
export function failed(url: string, reason: string, cause?: unknown): AppError {
  return new AppError('FETCH_FAILED', `${shorten(url)} ${reason}.`, {
    hint: 'Open it in a browser; if it works there, save the page and add the file.',
    cause,
  });
}

function shorten(url: string): string {
  return url.length > 200 ? `${url.slice(0, 199)}…` : url;
}
