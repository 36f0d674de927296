import { Resolver } from 'node:dns/promises';

import type { Dns, DnsAnswer } from '../../domain/doctor/dns.ts';

export interface LookUpOptions {
  /** `address:port` of name servers; the machine's own unless set. */
  readonly servers?: readonly string[];
  /** Longest wait for the answer to a question, over all tries; 4 s unless set. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/** Asks name servers, each question once: its answer is kept as long as the object lives. */
export function createDns(options: LookUpOptions = {}): Dns {
  const { servers, timeoutMs = 4_000, signal } = options;
  // The second try waits twice as long, so both end within the limit.
  const resolver = new Resolver({ timeout: Math.ceil(timeoutMs / 3), tries: 2 });
  if (servers !== undefined && servers.length > 0) resolver.setServers(servers);
  signal?.addEventListener('abort', () => resolver.cancel(), { once: true });
  const kept = new Map<string, Promise<DnsAnswer<unknown>>>();
  const ask = <T>(type: string, name: string, query: () => Promise<readonly T[]>): Promise<DnsAnswer<T>> => {
    const question = `${type} ${name.toLowerCase().replace(/\.$/u, '')}`;
    const known = kept.get(question) as Promise<DnsAnswer<T>> | undefined;
    const answer = known ?? within(timeoutMs, answerOf(query));
    kept.set(question, answer);
    return answer;
  };
  return {
    txt: (name) =>
      ask('TXT', name, async () => (await resolver.resolveTxt(name)).map((strings) => strings.join(''))),
    mx: (name) =>
      ask('MX', name, async () =>
        (await resolver.resolveMx(name)).toSorted((a, b) => a.priority - b.priority),
      ),
    a: (name) => ask('A', name, () => resolver.resolve4(name)),
    aaaa: (name) => ask('AAAA', name, () => resolver.resolve6(name)),
    ptr: (address) => ask('PTR', address, () => resolver.reverse(address)),
  };
}

async function answerOf<T>(query: () => Promise<readonly T[]>): Promise<DnsAnswer<T>> {
  try {
    const records = await query();
    return records.length === 0 ? { kind: 'none', nameExists: true } : { kind: 'records', records };
  } catch (error) {
    const code = String((error as { readonly code?: unknown }).code);
    if (code === 'ENODATA') return { kind: 'none', nameExists: true };
    // EBADNAME: a name that cannot be in the DNS.
    if (code === 'ENOTFOUND' || code === 'EBADNAME') return { kind: 'none', nameExists: false };
    return { kind: 'failed', why: whys[code] ?? code };
  }
}

const whys: Readonly<Record<string, string>> = {
  ETIMEOUT: 'the name server is silent',
  ECANCELLED: 'there was no time left for it',
  ESERVFAIL: 'the name server is in trouble (SERVFAIL)',
  EREFUSED: 'the name server refuses to answer',
  ECONNREFUSED: 'nothing listens at the name server',
};

async function within<T>(timeoutMs: number, work: Promise<DnsAnswer<T>>): Promise<DnsAnswer<T>> {
  const { promise, resolve } = Promise.withResolvers<DnsAnswer<T>>();
  const timer = setTimeout(() => resolve({ kind: 'failed', why: whys['ETIMEOUT'] ?? '' }), timeoutMs);
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}
