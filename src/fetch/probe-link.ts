import type { LinkAnswer, LinkFailure } from '../domain/editions/link-answer.ts';
import { AppError } from '../errors/app-error.ts';
import { checkedAddresses, openExchange, readUrl, redirects, resolveHost } from './exchange.ts';
import type { AddressRules } from './exchange.ts';

/** Requests one address and says what came back; never throws but for an abort of the caller. */
export type ProbeLink = (url: string, signal?: AbortSignal) => Promise<LinkAnswer>;

const maxRedirects = 10;

/** As browsers ask; the body of an answer is never read. */
const accept = 'text/html,application/xhtml+xml,*/*;q=0.8';

/**
 * Returns a probe for links: HEAD, then GET if the answer to HEAD is an error, since many servers know GET alone.
 * Like `createSafeFetch` it connects to public addresses only, and checks each redirect. The time limit is for all
 * redirects of one method together.
 */
export function createLinkProbe(
  options: Partial<AddressRules> & { readonly timeoutMs?: number } = {},
): ProbeLink {
  const { timeoutMs = 10_000, resolve = resolveHost, permit = () => false } = options;
  const ask = async (url: string, method: 'GET' | 'HEAD', outer?: AbortSignal): Promise<LinkAnswer> => {
    const deadline = AbortSignal.timeout(timeoutMs);
    const signal = outer === undefined ? deadline : AbortSignal.any([deadline, outer]);
    try {
      return await follow(url, { method, signal, rules: { resolve, permit } });
    } catch (error) {
      outer?.throwIfAborted();
      return deadline.aborted ? { kind: 'failed', why: 'timeout' } : toAnswer(error);
    }
  };
  return async (url, signal) => {
    const head = await ask(url, 'HEAD', signal);
    const isFinal =
      head.kind === 'private' ||
      (head.kind === 'status' ? head.status < 400 : ['unknown-host', 'certificate'].includes(head.why));
    return isFinal ? head : ask(url, 'GET', signal);
  };
}

async function follow(
  text: string,
  {
    method,
    signal,
    rules,
  }: { readonly method: 'GET' | 'HEAD'; readonly signal: AbortSignal; readonly rules: AddressRules },
): Promise<LinkAnswer> {
  let url = readUrl(text);
  const seen: number[] = [];
  while (seen.length <= maxRedirects) {
    const request = { method, signal, accept };
    const addresses = await checkedAddresses(url, request, rules);
    await using exchange = await openExchange(url, addresses, request);
    const { statusCode: status = 0, headers } = exchange.response;
    if (!redirects.has(status) || headers.location === undefined) {
      const movedForGood = seen.length > 0 && seen.every((code) => code === 301 || code === 308);
      return { kind: 'status', status, url: url.href, movedForGood };
    }
    seen.push(status);
    const next = URL.parse(headers.location, url.href);
    if (next === null || !/^https?:$/u.test(next.protocol)) return { kind: 'failed', why: 'invalid' };
    url = readUrl(next.href);
  }
  return { kind: 'failed', why: 'redirects' };
}

const causes: Readonly<Record<string, LinkFailure>> = {
  ENOTFOUND: 'unknown-host',
  EAI_AGAIN: 'unknown-host',
  ECONNREFUSED: 'refused',
  ETIMEDOUT: 'timeout',
  EHOSTUNREACH: 'timeout',
  ENETUNREACH: 'timeout',
};

function toAnswer(error: unknown): LinkAnswer {
  if (error instanceof AppError) {
    if (error.code === 'FETCH_REFUSED') return { kind: 'private' };
    return { kind: 'failed', why: 'unknown-host' };
  }
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  // The codes of OpenSSL's verification, and Node's own for a name that the certificate has not.
  const isCertificate = /CERT|SELF_SIGNED|UNABLE_TO_|ERR_TLS|ERR_SSL/u.test(code);
  return { kind: 'failed', why: causes[code] ?? (isCertificate ? 'certificate' : 'broken') };
}
