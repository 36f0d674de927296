import { recordsOf } from '../../../domain/doctor/dns.ts';
import type { Dns } from '../../../domain/doctor/dns.ts';
import { isSpf, parseSpf } from './parse-spf.ts';
import type { SpfTerm } from './parse-spf.ts';

export type ReadSpf =
  | { readonly kind: 'record'; readonly record: string; readonly terms: readonly SpfTerm[] }
  | { readonly kind: 'none' }
  | { readonly kind: 'several'; readonly records: readonly string[] }
  | { readonly kind: 'syntax'; readonly record: string; readonly term: string; readonly why: string }
  | { readonly kind: 'failed'; readonly why: string };

/** Finds the record of a domain and reads it. RFC 7208 sections 4.4 to 4.6. */
export async function readSpf(domain: string, dns: Pick<Dns, 'txt'>): Promise<ReadSpf> {
  const answer = await dns.txt(domain);
  if (answer.kind === 'failed') return answer;
  const records = recordsOf(answer).filter(isSpf);
  const [record] = records;
  if (record === undefined) return { kind: 'none' };
  if (records.length > 1) return { kind: 'several', records };
  const parsed = parseSpf(record);
  if (!parsed.ok) return { kind: 'syntax', record, term: parsed.term, why: parsed.why };
  return { kind: 'record', record, terms: parsed.terms };
}

/** The mechanisms up to `all`, and where `redirect` leads if there is none. RFC 7208 sections 5.1 and 6.1. */
export function effectiveTerms(terms: readonly SpfTerm[]) {
  const mechanisms = terms.filter((term) => term.kind === 'mechanism');
  const end = mechanisms.findIndex(({ name }) => name === 'all');
  const redirect = terms.find((term) => term.kind === 'modifier' && term.name === 'redirect');
  return {
    mechanisms: end === -1 ? mechanisms : mechanisms.slice(0, end + 1),
    ...(end === -1 && redirect?.kind === 'modifier' ? { redirect: redirect.value } : {}),
  };
}
