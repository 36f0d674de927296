import { Resolver } from 'node:dns/promises';

import { providerOfDomain, providerOfHosts } from '../domain/sending/providers.ts';

export interface ProviderGroupsOptions {
  /** `address:port` of name servers; the machine's own unless set. */
  readonly servers?: readonly string[];
  /** Longest wait for an answer; 5 s unless set. */
  readonly timeoutMs?: number;
  readonly clock: () => number;
}

/** Lookups at a time: a resolver on the same machine is not flooded by a batch of a thousand domains. */
const maxLookups = 8;
/** Domains that wait for a lookup; further ones are groups of their own until they are asked for again. */
const maxWaiting = 10_000;
const maxKept = 50_000;
/** The resolver has a cache of its own, which knows the records' TTL; a provider is changed once in years. */
const keptMs = 6 * 3_600_000;
/** After a failure of the DNS. */
const failedMs = 5 * 60_000;

interface Known {
  readonly group: string;
  readonly until: number;
}

/**
 * Finds out which mailbox provider a receiving domain belongs to, by its MX (RFC 5321 section 5.1). Nothing waits for it:
 * until the answer is there, and if the DNS fails, a domain is a group of its own.
 */
export class ProviderGroups implements Disposable {
  readonly #resolver: Resolver;
  readonly #clock: () => number;
  readonly #known = new Map<string, Known>();
  readonly #pending = new Map<string, Promise<string>>();
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor({ servers = [], timeoutMs = 5_000, clock }: ProviderGroupsOptions) {
    this.#resolver = new Resolver({ timeout: timeoutMs, tries: 1 });
    if (servers.length > 0) this.#resolver.setServers(servers);
    this.#clock = clock;
  }

  /** What is known now; `isFinal` is false if the DNS has not been asked, or not lately. */
  known(domain: string): { readonly group: string; readonly isFinal: boolean } {
    const key = domain.toLowerCase();
    const own = providerOfDomain(key);
    if (own !== undefined) return { group: own, isFinal: true };
    const known = this.#known.get(key);
    return { group: known?.group ?? key, isFinal: known !== undefined && known.until > this.#clock() };
  }

  /** Asks the DNS, unless it is known; never rejects. */
  async find(domain: string): Promise<string> {
    const key = domain.toLowerCase();
    const { group, isFinal } = this.known(key);
    if (isFinal) return group;
    const pending = this.#pending.get(key);
    if (pending !== undefined) return pending;
    if (this.#waiting.length >= maxWaiting) return group;
    const lookup = this.#look(key).finally(() => this.#pending.delete(key));
    this.#pending.set(key, lookup);
    return lookup;
  }

  /** Ends all lookups. */
  [Symbol.dispose](): void {
    this.#resolver.cancel();
  }

  async #look(domain: string): Promise<string> {
    if (this.#running >= maxLookups) await new Promise<void>((resolve) => void this.#waiting.push(resolve));
    this.#running += 1;
    try {
      const records = await this.#resolver.resolveMx(domain);
      const hosts = records.toSorted((a, b) => a.priority - b.priority).map(({ exchange }) => exchange);
      return this.#keep(domain, providerOfHosts(hosts) ?? domain, keptMs);
    } catch (error) {
      const hasNone = ['ENODATA', 'ENOTFOUND'].includes(String((error as { readonly code?: unknown }).code));
      const group = this.#known.get(domain)?.group ?? domain;
      return this.#keep(domain, hasNone ? domain : group, hasNone ? keptMs : failedMs);
    } finally {
      this.#running -= 1;
      this.#waiting.shift()?.();
    }
  }

  #keep(domain: string, group: string, ttlMs: number): string {
    this.#known.delete(domain);
    this.#known.set(domain, { group, until: this.#clock() + ttlMs });
    const [oldest] = this.#known.keys();
    if (this.#known.size > maxKept && oldest !== undefined) this.#known.delete(oldest);
    return group;
  }
}
