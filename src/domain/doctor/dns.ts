/** What the DNS says about a name: `none` if there is no such name or it has no record of the type. */
export type DnsAnswer<T> =
  | { readonly kind: 'records'; readonly records: readonly T[] }
  | { readonly kind: 'none'; readonly nameExists: boolean }
  /** The name servers are silent or in trouble. */
  | { readonly kind: 'failed'; readonly why: string };

export interface MailExchange {
  /** Empty for the null MX of RFC 7505. */
  readonly exchange: string;
  readonly priority: number;
}

/** Looks records up; never throws. The strings of a TXT record are joined. */
export interface Dns {
  txt(name: string): Promise<DnsAnswer<string>>;
  mx(name: string): Promise<DnsAnswer<MailExchange>>;
  /** IPv4 addresses. */
  a(name: string): Promise<DnsAnswer<string>>;
  /** IPv6 addresses. */
  aaaa(name: string): Promise<DnsAnswer<string>>;
  /** Names of an IP address. */
  ptr(address: string): Promise<DnsAnswer<string>>;
}

/** The IPv4 and IPv6 addresses of a name together. */
export async function addressesOf(name: string, dns: Dns): Promise<DnsAnswer<string>> {
  const [four, six] = await Promise.all([dns.a(name), dns.aaaa(name)]);
  const records = [...recordsOf(four), ...recordsOf(six)];
  if (records.length > 0) return { kind: 'records', records };
  if (four.kind === 'failed') return four;
  if (six.kind === 'failed') return six;
  return {
    kind: 'none',
    nameExists: [four, six].some((answer) => answer.kind === 'none' && answer.nameExists),
  };
}

export function recordsOf<T>(answer: DnsAnswer<T>): readonly T[] {
  return answer.kind === 'records' ? answer.records : [];
}

/** True for names of documentation, for which no records can be published: RFC 2606, RFC 6761. */
export function isReservedDomain(domain: string): boolean {
  return /(?:^|\.)(?:example\.(?:com|net|org)|invalid|localhost)$/u.test(domain.toLowerCase());
}
