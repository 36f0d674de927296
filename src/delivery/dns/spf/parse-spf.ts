import { isIPv4, isIPv6 } from 'node:net';

import type { SpfQualifier } from '../../../app/ports/doctor.ts';

export interface SpfMechanism {
  readonly kind: 'mechanism';
  readonly qualifier: SpfQualifier;
  readonly name: 'all' | 'include' | 'a' | 'mx' | 'ptr' | 'ip4' | 'ip6' | 'exists';
  /** Domain with macros; undefined means the domain of the record. */
  readonly domain?: string;
  /** Of `ip4` and `ip6`. */
  readonly network?: string;
  readonly bits4: number;
  readonly bits6: number;
  /** As in the record. */
  readonly text: string;
}

export interface SpfModifier {
  readonly kind: 'modifier';
  /** Lower case. */
  readonly name: string;
  readonly value: string;
  readonly text: string;
}

export type SpfTerm = SpfMechanism | SpfModifier;

export type ParsedSpf =
  | { readonly ok: true; readonly terms: readonly SpfTerm[] }
  | { readonly ok: false; readonly term: string; readonly why: string };

/** True for a TXT record that is an SPF record. RFC 7208 section 4.5. */
export function isSpf(record: string): boolean {
  return /^v=spf1(?: |$)/iu.test(record);
}

/** Reads a record; one fault makes all of it invalid. RFC 7208 sections 4.6 and 12. */
export function parseSpf(record: string): ParsedSpf {
  const texts = record
    .split(' ')
    .slice(1)
    .filter((text) => text !== '');
  const terms: SpfTerm[] = [];
  for (const text of texts) {
    const term = parseTerm(text);
    if (typeof term === 'string') return { ok: false, term: text, why: term };
    const { kind, name } = term;
    const isTwice = terms.some((other) => other.kind === 'modifier' && other.name === name);
    if (kind === 'modifier' && isTwice && (name === 'redirect' || name === 'exp'))
      return { ok: false, term: text, why: `${name} occurs twice` };
    terms.push(term);
  }
  return { ok: true, terms };
}

/** The term, or what is wrong with it. */
function parseTerm(text: string): SpfTerm | string {
  if (/[^\x21-\x7e]/u.test(text)) return 'it has a character that is not ASCII';
  const modifier = /^([a-z][a-z0-9._-]*)=(.*)$/iu.exec(text);
  if (modifier !== null) return parseModifier(text, modifier[1] ?? '', modifier[2] ?? '');
  const [, qualifier = '', name = '', rest = ''] = /^([-+~?]?)([a-z0-9]*)(.*)$/iu.exec(text) ?? [];
  const base = { kind: 'mechanism', text, bits4: 32, bits6: 128 } as const;
  const sign = (qualifier === '' ? '+' : qualifier) as SpfQualifier;
  switch (name.toLowerCase()) {
    case 'all':
      return rest === '' ? { ...base, qualifier: sign, name: 'all' } : '`all` has nothing after it';
    case 'include':
    case 'exists': {
      const kind = name.toLowerCase() as 'include' | 'exists';
      const domain = rest.slice(1);
      if (!rest.startsWith(':')) return `\`${kind}\` needs a colon and a domain`;
      return whyNoDomain(domain) ?? { ...base, qualifier: sign, name: kind, domain };
    }
    case 'ptr': {
      if (rest === '') return { ...base, qualifier: sign, name: 'ptr' };
      const domain = rest.slice(1);
      if (!rest.startsWith(':')) return '`ptr` is followed by a colon and a domain, or by nothing';
      return whyNoDomain(domain) ?? { ...base, qualifier: sign, name: 'ptr', domain };
    }
    case 'a':
    case 'mx':
      return parseHost(rest, { ...base, qualifier: sign, name: name.toLowerCase() as 'a' | 'mx' });
    case 'ip4':
    case 'ip6':
      return parseNetwork(rest, { ...base, qualifier: sign, name: name.toLowerCase() as 'ip4' | 'ip6' });
    default:
      return 'there is no such mechanism';
  }
}

function parseModifier(text: string, name: string, value: string): SpfModifier | string {
  const lower = name.toLowerCase();
  const isKnown = lower === 'redirect' || lower === 'exp';
  const why = isKnown ? whyNoDomain(value) : whyNoMacro(value);
  return why ?? { kind: 'modifier', name: lower, value, text };
}

function parseHost(rest: string, mechanism: SpfMechanism): SpfMechanism | string {
  const [, domain, four, six] = /^(?::(.*?))?(?:\/(\d+))?(?:\/\/(\d+))?$/u.exec(rest) ?? [];
  if (rest !== '' && domain === undefined && four === undefined && six === undefined)
    return `\`${mechanism.name}\` is followed by a colon and a domain, a prefix length, or nothing`;
  if (domain !== undefined) {
    const why = whyNoDomain(domain);
    if (why !== undefined) return why;
  }
  const bits4 = readBits(four, 32);
  const bits6 = readBits(six, 128);
  if (bits4 === undefined || bits6 === undefined) return 'the prefix length is not possible';
  return { ...mechanism, bits4, bits6, ...(domain === undefined ? {} : { domain }) };
}

function parseNetwork(rest: string, mechanism: SpfMechanism): SpfMechanism | string {
  const isFour = mechanism.name === 'ip4';
  const [, network = '', prefix] = /^:([^/]*)(?:\/(\d+))?$/u.exec(rest) ?? [];
  if (!(isFour ? isIPv4(network) : isIPv6(network)))
    return `\`${mechanism.name}:\` needs an IPv${isFour ? 4 : 6} address or network`;
  const bits = readBits(prefix, isFour ? 32 : 128);
  if (bits === undefined) return 'the prefix length is not possible';
  return { ...mechanism, network, ...(isFour ? { bits4: bits } : { bits6: bits }) };
}

function readBits(text: string | undefined, max: number): number | undefined {
  if (text === undefined) return max;
  return /^(?:0|[1-9]\d*)$/u.test(text) && Number(text) <= max ? Number(text) : undefined;
}

const macro = String.raw`%(?:\{[slodiphcrtv]\d*r?[-.+,/_=]*\}|[%_-])`;
const macroString = new RegExp(String.raw`^(?:[\x21-\x24\x26-\x7e]|${macro})*$`, 'iu');
const domainEnd = new RegExp(
  String.raw`(?:\.(?=[a-z0-9-]*[a-z-])[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.?|%\{[^}]*\})$`,
  'iu',
);

function whyNoMacro(text: string): string | undefined {
  return macroString.test(text) ? undefined : 'it has a percent sign that begins no macro';
}

/** RFC 7208 section 7.1: a domain-spec ends in a top label or in a macro. */
function whyNoDomain(text: string): string | undefined {
  if (text === '') return 'a domain is missing';
  return whyNoMacro(text) ?? (domainEnd.test(text) ? undefined : `\`${text}\` is no full domain`);
}
