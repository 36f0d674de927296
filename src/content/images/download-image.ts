import { lookup } from 'node:dns';
import { request as requestHttp } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP } from 'node:net';
import type { LookupFunction } from 'node:net';

import ipaddr from 'ipaddr.js';

import { limits } from '../limits.ts';

/** The bytes behind an address, or why there are none; `reason` continues "The image x ...". */
export type Download =
  | { readonly ok: true; readonly bytes: Buffer }
  | { readonly ok: false; readonly reason: string };

export interface DownloadOptions {
  /** Says to which IP addresses a connection may be opened; public ones by default. */
  readonly isAllowed?: (address: string) => boolean;
  /** Certificate authority in PEM, instead of those of Node. */
  readonly ca?: string;
  /** For the whole download, redirects included. */
  readonly timeoutMs?: number;
}

interface Attempt {
  readonly isAllowed: (address: string) => boolean;
  readonly ca: string | undefined;
  readonly signal: AbortSignal;
}

const maxRedirects = 5;

/** A download that Daybrief refused, unlike a network error. */
class RefusedDownload extends Error {}

/**
 * Downloads an image over http or https: at most 5 MB in 10 s. No connection is opened to an address inside the
 * network of this machine: host names are resolved once, and the connection goes to the address that was checked. The
 * same holds for each redirect.
 */
export async function downloadImage(url: string, options: DownloadOptions = {}): Promise<Download> {
  const { isAllowed = isPublicAddress, ca, timeoutMs = limits.downloadMs } = options;
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    return { ok: true, bytes: await follow(url, { isAllowed, ca, signal }) };
  } catch (error) {
    return {
      ok: false,
      reason: signal.aborted ? `was not there within ${timeoutMs / 1000} s` : reasonOf(error),
    };
  }
}

/**
 * True for an address of the public internet. False for private, link-local and loopback networks, for those of
 * carriers and of IPv6 transition, and for metadata services of clouds, which are link-local, or Azure's own address.
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  if (parsed.range() !== 'unicast') return false;
  // RFC 4291 section 2.4: only 2000::/3 is in use; the rest of IPv6 contains NAT64 and IPv4 in other forms.
  if (parsed instanceof ipaddr.IPv6) return parsed.match(ipaddr.IPv6.parse('2000::'), 3);
  return parsed.toString() !== '168.63.129.16';
}

async function follow(start: string, attempt: Attempt): Promise<Buffer> {
  let url = start;
  for (let redirects = 0; redirects <= maxRedirects; redirects += 1) {
    const response = await open(checked(url, attempt), attempt);
    const { statusCode = 0, headers } = response;
    if (statusCode === 200) return await readBody(response, attempt.signal);
    response.destroy();
    if (![301, 302, 303, 307, 308].includes(statusCode) || headers.location === undefined) {
      throw new RefusedDownload(`is not there: its server answered ${statusCode}`);
    }
    url = URL.parse(headers.location, url)?.href ?? headers.location;
  }
  throw new RefusedDownload(`was redirected more than ${maxRedirects} times`);
}

/** A host that is an IP address is not looked up, so it is checked here. */
function checked(text: string, { isAllowed }: Attempt): URL {
  const url = URL.parse(text);
  if (
    url === null ||
    !['http:', 'https:'].includes(url.protocol) ||
    url.username !== '' ||
    url.password !== ''
  ) {
    throw new RefusedDownload('was redirected to something else than a plain http or https address');
  }
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  if (isIP(host) !== 0 && !isAllowed(host)) throw notPublic(host);
  return url;
}

function open(url: URL, { isAllowed, ca, signal }: Attempt): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = url.protocol === 'https:' ? requestHttps : requestHttp;
    const options = {
      // A connection of its own: a pooled one may lead to an address that was not checked.
      agent: false as const,
      headers: { accept: 'image/*', 'accept-encoding': 'identity', 'user-agent': 'Daybrief' },
      lookup: lookupAllowed(isAllowed),
      signal,
      ...(ca === undefined ? {} : { ca }),
    };
    request(url, options, resolve).on('error', reject).end();
  });
}

/** Resolves a host name, and fails if any of its addresses is not allowed. */
function lookupAllowed(isAllowed: (address: string) => boolean): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      const refused = addresses?.find(({ address }) => !isAllowed(address));
      const [first] = addresses ?? [];
      if (error !== null || first === undefined) callback(error ?? new Error('no address'), '');
      else if (refused !== undefined) callback(notPublic(refused.address), '');
      else if (options.all === true) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
}

async function readBody(response: IncomingMessage, signal: AbortSignal): Promise<Buffer> {
  const tooLarge = new RefusedDownload('is larger than 5 MB');
  if (Number(response.headers['content-length'] ?? 0) > limits.imageBytes) {
    response.destroy();
    throw tooLarge;
  }
  const chunks: Buffer[] = [];
  let size = 0;
  // Leaving the loop destroys the connection.
  for await (const chunk of response as AsyncIterable<Buffer>) {
    signal.throwIfAborted();
    size += chunk.length;
    if (size > limits.imageBytes) throw tooLarge;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function notPublic(address: string): RefusedDownload {
  return new RefusedDownload(`leads to ${address}, an address that is not on the public internet`);
}

function reasonOf(error: unknown): string {
  if (error instanceof RefusedDownload) return error.message;
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'no connection';
  if (code === 'ENOTFOUND') return 'has a host that does not exist';
  return `could not be downloaded: ${code}`;
}
