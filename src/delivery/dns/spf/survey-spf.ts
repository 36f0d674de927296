import type { SpfFault, SpfQualifier, SpfRecords, SpfSurvey } from '../../../app/ports/doctor.ts';
import { addressesOf, recordsOf } from '../../../domain/doctor/dns.ts';
import type { Dns, DnsAnswer } from '../../../domain/doctor/dns.ts';
import type { SpfMechanism } from './parse-spf.ts';
import { effectiveTerms, readSpf } from './read-record.ts';
import type { ReadSpf } from './read-record.ts';

/** RFC 7208 section 4.6.4: of an MX at most ten names are looked up. */
export const maxExchanges = 10;

/** No record in use comes near it; it ends the walk through a hostile one. */
const maxRecords = 60;

interface Walk {
  readonly dns: Dns;
  readonly domains: Set<string>;
  readonly voids: string[];
  lookups: number;
  usesPtr: boolean;
  fault?: SpfFault;
}

/**
 * Reads a record with all that it includes, as a receiver would whose client matches nothing before the end: the worst
 * case of both limits of RFC 7208 section 4.6.4.
 */
export async function surveySpf(domain: string, dns: Dns): ReturnType<SpfRecords['survey']> {
  const name = domain.toLowerCase();
  const read = await readSpf(name, dns);
  if (read.kind === 'none' || read.kind === 'several' || read.kind === 'failed') return read;
  const walk: Walk = { dns, domains: new Set([name]), voids: [], lookups: 0, usesPtr: false };
  const { all, costs } = await walkRecord(name, read, { walk, above: [name] });
  const { lookups, voids, domains, usesPtr, fault } = walk;
  const survey: SpfSurvey = {
    kind: 'found',
    record: read.record,
    lookups,
    costs: costs.toSorted((a, b) => b.lookups - a.lookups),
    voids,
    domains: [...domains],
    all,
    usesPtr,
    ...(fault === undefined ? {} : { fault }),
  };
  return survey;
}

interface Place {
  readonly walk: Walk;
  /** The records that led here. */
  readonly above: readonly string[];
}

async function walkRecord(
  domain: string,
  read: Extract<ReadSpf, { readonly kind: 'record' | 'syntax' }>,
  { walk, above }: Place,
): Promise<{ readonly all?: SpfQualifier | undefined; readonly costs: SpfSurvey['costs'] }> {
  if (read.kind === 'syntax') {
    walk.fault ??= { kind: 'syntax', domain, term: read.term, why: read.why };
    return { costs: [] };
  }
  const { mechanisms, redirect } = effectiveTerms(read.terms);
  const costs: { term: string; lookups: number }[] = [];
  const count = async (term: string, work: () => Promise<SpfQualifier | undefined>) => {
    const before = walk.lookups;
    walk.lookups += 1;
    const all = await work();
    costs.push({ term, lookups: walk.lookups - before });
    return all;
  };
  for (const mechanism of mechanisms) {
    const { name, text } = mechanism;
    if (name === 'all') return { all: mechanism.qualifier, costs };
    if (name === 'ip4' || name === 'ip6') continue;
    await count(text, async () => {
      if (name === 'include') await follow(mechanism.domain ?? '', { walk, above });
      else await lookUp(mechanism, domain, walk);
      return undefined;
    });
  }
  if (redirect === undefined) return { costs };
  const all = await count(`redirect=${redirect}`, () => follow(redirect, { walk, above }));
  return { all, costs };
}

async function follow(target: string, { walk, above }: Place): Promise<SpfQualifier | undefined> {
  // What a macro becomes depends on the message.
  if (target.includes('%')) return undefined;
  const domain = target.toLowerCase().replace(/\.$/u, '');
  if (above.includes(domain)) {
    walk.fault ??= { kind: 'loop', domain };
    return undefined;
  }
  if (walk.domains.size >= maxRecords) return undefined;
  walk.domains.add(domain);
  const read = await readSpf(domain, walk.dns);
  switch (read.kind) {
    case 'failed':
      walk.fault ??= { kind: 'failed', domain, why: read.why };
      return undefined;
    case 'none':
      walk.fault ??= { kind: 'no-record', domain };
      return undefined;
    case 'several':
      walk.fault ??= { kind: 'several', domain };
      return undefined;
    case 'record':
    case 'syntax':
      return (await walkRecord(domain, read, { walk, above: [...above, domain] })).all;
  }
}

async function lookUp({ name, domain: spec }: SpfMechanism, domain: string, walk: Walk): Promise<void> {
  if (name === 'ptr') {
    walk.usesPtr = true;
    return;
  }
  const target = spec ?? domain;
  if (target.includes('%')) return;
  const { dns } = walk;
  const answer: DnsAnswer<unknown> =
    name === 'mx'
      ? await dns.mx(target)
      : name === 'exists'
        ? await dns.a(target)
        : await addressesOf(target, dns);
  if (answer.kind === 'failed') walk.fault ??= { kind: 'failed', domain: target, why: answer.why };
  if (answer.kind === 'none') walk.voids.push(target);
  const { length } = name === 'mx' ? recordsOf(answer) : [];
  if (length > maxExchanges) walk.fault ??= { kind: 'many-exchanges', domain: target, count: length };
}
