import { Resolver } from 'node:dns/promises';

/** See the port `MailDomain` of `src/app/ports/signup.ts`. */
type MailDomain = 'takes-mail' | 'no-such-domain' | 'null-mx' | 'no-mail-server' | 'unknown';

export interface MailDomainOptions {
  /** Longest wait for a domain; 3 s unless set. */
  readonly timeoutMs?: number;
  /** `host:port` of name servers; the machine's own unless set. */
  readonly servers?: readonly string[];
}

/** Maximum cached answers: most signups come from few domains. */
const kept = 1_000;
const keptMs = 10 * 60_000;

/**
 * Asks the DNS whether a domain takes mail: an MX that is not null (RFC 7505), else an address record
 * (RFC 5321 section 5.1). A name server in trouble, or a silent one, is `unknown` and refuses no signup.
 */
export function createMailDomainCheck(options: MailDomainOptions = {}) {
  const { timeoutMs = 3_000, servers } = options;
  const answers = new Map<string, { readonly answer: MailDomain; readonly until: number }>();
  return async (domain: string): Promise<MailDomain> => {
    const known = answers.get(domain);
    if (known !== undefined && known.until > performance.now()) return known.answer;
    const resolver = new Resolver({ timeout: timeoutMs, tries: 1 });
    if (servers !== undefined && servers.length > 0) resolver.setServers(servers);
    const answer = await within(timeoutMs, () => resolver.cancel(), look(resolver, domain));
    if (answer !== 'unknown') {
      const [oldest] = answers.keys();
      if (answers.size >= kept && oldest !== undefined) answers.delete(oldest);
      answers.set(domain, { answer, until: performance.now() + keptMs });
    }
    return answer;
  };
}

async function look(resolver: Resolver, domain: string): Promise<MailDomain> {
  try {
    const exchanges = await resolver.resolveMx(domain);
    if (exchanges.length > 0) return exchanges.every(isNull) ? 'null-mx' : 'takes-mail';
  } catch (error) {
    if (codeOf(error) === 'ENOTFOUND') return 'no-such-domain';
    if (codeOf(error) !== 'ENODATA') return 'unknown';
  }
  const found = await Promise.all([
    hasAddress(resolver.resolve4(domain)),
    hasAddress(resolver.resolve6(domain)),
  ]);
  if (found.includes('yes')) return 'takes-mail';
  return found.includes('unknown') ? 'unknown' : 'no-mail-server';
}

function isNull({ exchange }: { readonly exchange: string }): boolean {
  return exchange === '' || exchange === '.';
}

async function hasAddress(query: Promise<readonly string[]>): Promise<'yes' | 'no' | 'unknown'> {
  try {
    return (await query).length > 0 ? 'yes' : 'no';
  } catch (error) {
    return ['ENODATA', 'ENOTFOUND'].includes(codeOf(error)) ? 'no' : 'unknown';
  }
}

function codeOf(error: unknown): string {
  return String((error as { readonly code?: unknown }).code);
}

async function within(timeoutMs: number, cancel: () => void, work: Promise<MailDomain>): Promise<MailDomain> {
  const { promise, resolve } = Promise.withResolvers<MailDomain>();
  const timer = setTimeout(() => {
    resolve('unknown');
    cancel();
  }, timeoutMs);
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}
