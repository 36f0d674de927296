import type { IncomingMessage } from 'node:http';

import type { FetchedPage, FetchPage } from '../app/ports/inbox.ts';
import { AppError } from '../errors/app-error.ts';
import {
  abortable,
  checkedAddresses,
  failed,
  openExchange,
  readUrl,
  redirects,
  resolveHost,
} from './exchange.ts';
import type { AddressRules, ReadyRequest } from './exchange.ts';
import { readBody } from './read-body.ts';

export interface SafeFetchOptions extends Partial<AddressRules> {
  readonly timeoutMs?: number;
  readonly maxBytes?: number;
}

interface Rules extends AddressRules {
  readonly maxBytes: number;
}

const defaultTimeoutMs = 10_000;
const defaultMaxBytes = 5 * 1024 * 1024;
const maxRedirects = 5;

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

async function follow(first: URL, request: ReadyRequest, rules: Rules): Promise<FetchedPage> {
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
    if (status < 200 || status > 299) {
      const cause = Object.assign(new Error(`HTTP ${status}`), { status });
      throw failed(url.href, `answered with the status ${status}`, cause);
    }
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

function toFetched(url: URL, response: IncomingMessage, bytes: Uint8Array): FetchedPage {
  const headers = Object.fromEntries(
    Object.entries(response.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : value,
    ]),
  );
  return { url: url.href, status: response.statusCode ?? 0, headers, bytes };
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'has an unknown host name';
  if (code === 'ECONNREFUSED') return 'refuses the connection';
  if (code === 'ECONNRESET') return 'ended the connection too early';
  if (/CERT|SELF_SIGNED|ERR_TLS/.test(code)) return 'has no valid certificate';
  return code === '' ? 'could not be fetched' : `could not be fetched (${code})`;
}
