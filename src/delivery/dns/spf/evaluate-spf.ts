import ipaddr from 'ipaddr.js';

import type { SpfQualifier, SpfResult } from '../../../app/ports/doctor.ts';
import { recordsOf } from '../../../domain/doctor/dns.ts';
import type { Dns, DnsAnswer } from '../../../domain/doctor/dns.ts';
import { expandMacros } from './expand-macros.ts';
import type { SpfMechanism } from './parse-spf.ts';
import { effectiveTerms, readSpf } from './read-record.ts';
import { maxExchanges } from './survey-spf.ts';

/** RFC 7208 section 4.6.4. */
const maxLookups = 10;
const maxVoids = 2;

export interface SpfClient {
  readonly ip: string;
  /** Envelope sender, for macros. */
  readonly sender: string;
  readonly helo: string;
}

/** Ends an evaluation. */
class Stop extends Error {
  readonly result: 'permerror' | 'temperror';

  constructor(result: 'permerror' | 'temperror') {
    super(result);
    this.result = result;
  }
}

interface Evaluation {
  readonly client: SpfClient;
  readonly dns: Dns;
  lookups: number;
  voids: number;
}

/** The function check_host() of RFC 7208 section 4, with its limits. `ptr` never matches: section 5.5 advises against it. */
export async function evaluateSpf(domain: string, client: SpfClient, dns: Dns): Promise<SpfResult> {
  const evaluation = { client, dns, lookups: 0, voids: 0 };
  try {
    return await checkHost(domain.toLowerCase(), evaluation);
  } catch (error) {
    if (error instanceof Stop) return error.result;
    throw error;
  }
}

const results: Readonly<Record<SpfQualifier, SpfResult>> = {
  '+': 'pass',
  '-': 'fail',
  '~': 'softfail',
  '?': 'neutral',
};

async function checkHost(domain: string, evaluation: Evaluation): Promise<SpfResult> {
  const read = await readSpf(domain, evaluation.dns);
  if (read.kind === 'none') return 'none';
  if (read.kind === 'failed') throw new Stop('temperror');
  if (read.kind !== 'record') throw new Stop('permerror');
  const { mechanisms, redirect } = effectiveTerms(read.terms);
  for (const mechanism of mechanisms)
    if (await matches(mechanism, domain, evaluation)) return results[mechanism.qualifier];
  if (redirect === undefined) return 'neutral';
  countLookup(evaluation);
  const result = await checkHost(expand(redirect, domain, evaluation), evaluation);
  // RFC 7208 section 6.1: a redirect to nothing is an error.
  if (result === 'none') throw new Stop('permerror');
  return result;
}

async function matches(mechanism: SpfMechanism, domain: string, evaluation: Evaluation): Promise<boolean> {
  const { name, network = '', bits4, bits6 } = mechanism;
  const { dns } = evaluation;
  if (name === 'all') return true;
  if (name === 'ip4' || name === 'ip6') return isWithin(evaluation.client.ip, [network], { bits4, bits6 });
  countLookup(evaluation);
  const target = mechanism.domain === undefined ? domain : expand(mechanism.domain, domain, evaluation);
  switch (name) {
    case 'include': {
      const result = await checkHost(target, evaluation);
      if (result === 'none') throw new Stop('permerror');
      return result === 'pass';
    }
    case 'ptr':
      return false;
    case 'exists':
      return counted(await dns.a(target), evaluation).length > 0;
    case 'a':
      return isWithin(evaluation.client.ip, await addresses(target, evaluation), { bits4, bits6 });
    case 'mx': {
      const exchanges = counted(await dns.mx(target), evaluation);
      if (exchanges.length > maxExchanges) throw new Stop('permerror');
      const found = await Promise.all(exchanges.map(({ exchange }) => own(exchange, evaluation)));
      return isWithin(evaluation.client.ip, found.flatMap(recordsOf), { bits4, bits6 });
    }
  }
}

/** The addresses of the client's family. */
function own(host: string, { client, dns }: Evaluation): Promise<DnsAnswer<string>> {
  return client.ip.includes(':') ? dns.aaaa(host) : dns.a(host);
}

async function addresses(host: string, evaluation: Evaluation): Promise<readonly string[]> {
  return counted(await own(host, evaluation), evaluation);
}

function counted<T>(answer: DnsAnswer<T>, evaluation: Evaluation): readonly T[] {
  if (answer.kind === 'failed') throw new Stop('temperror');
  if (answer.kind === 'none') {
    evaluation.voids += 1;
    if (evaluation.voids > maxVoids) throw new Stop('permerror');
  }
  return recordsOf(answer);
}

function countLookup(evaluation: Evaluation): void {
  evaluation.lookups += 1;
  if (evaluation.lookups > maxLookups) throw new Stop('permerror');
}

function expand(spec: string, domain: string, { client }: Evaluation): string {
  return expandMacros(spec, { ...client, domain });
}

function isWithin(
  ip: string,
  networks: readonly string[],
  { bits4, bits6 }: { readonly bits4: number; readonly bits6: number },
): boolean {
  const address = ipaddr.process(ip);
  return networks.some((network) => {
    if (!ipaddr.isValid(network)) return false;
    const base = ipaddr.parse(network);
    if (base.kind() !== address.kind()) return false;
    return address.match(base, base.kind() === 'ipv4' ? bits4 : bits6);
  });
}
