import fc from 'fast-check';
import { spf } from 'mailauth/lib/spf/index.js';
import { describe, expect, test } from 'vitest';

import type { SpfSurvey } from '../../../src/app/ports/doctor.ts';
import { evaluateSpf } from '../../../src/delivery/dns/spf/evaluate-spf.ts';
import { expandMacros } from '../../../src/delivery/dns/spf/expand-macros.ts';
import { parseSpf } from '../../../src/delivery/dns/spf/parse-spf.ts';
import { surveySpf } from '../../../src/delivery/dns/spf/survey-spf.ts';
import { memoryDns, resolverOf } from '../../support/doctor/memory-dns.ts';
import type { Records } from '../../support/doctor/memory-dns.ts';

const sender = 'bounce-x@letter.test';
const helo = 'relay.letter.test';

async function ours(records: Records, ip: string): Promise<string> {
  return evaluateSpf('letter.test', { ip, sender, helo }, memoryDns(records));
}

/** What mailauth finds, an evaluator by other people. */
async function theirs(records: Records, ip: string): Promise<string> {
  const { status } = await spf({ sender, ip, helo, resolver: resolverOf(records) as never, strict: true });
  return status.result;
}

const hosts = ['letter.test', 'a.test', 'b.test', 'c.test', 'gone.test'];
const host = fc.constantFrom(...hosts);
const ip = fc.constantFrom('192.0.2.1', '192.0.2.77', '198.51.100.3', '2001:db8::1', '2001:db8:1::5');
const mechanism = fc.oneof(
  fc.constantFrom(
    'a',
    'mx',
    'ip4:192.0.2.0/26',
    'ip4:198.51.100.3',
    'ip6:2001:db8::/33',
    'a/24',
    'a//64',
    'all',
  ),
  host.map((name) => `include:${name}`),
  host.map((name) => `a:${name}`),
  host.map((name) => `mx:${name}/28`),
  host.map((name) => `exists:%{i}.${name}`),
  host.map((name) => `redirect=${name}`),
  fc.constantFrom('include:', 'ip4:192.0.2.0/33', 'unknown:x', 'x=y', 'exp=%{d}', 'a:%{o}', 'include:%{d2}'),
);
const term = fc
  .tuple(fc.constantFrom('', '+', '-', '~', '?'), mechanism)
  .map(([qualifier, text]) => (text.includes('=') ? text : qualifier + text));
const record = fc.array(term, { maxLength: 7 }).map((terms) => ['v=spf1', ...terms].join(' '));
const addresses = fc.subarray(['192.0.2.1', '192.0.2.77', '198.51.100.3'], { minLength: 1 });

/** Records of a few domains that include one another. */
const zones = fc
  .array(
    fc.record({
      name: host,
      spf: fc.option(record, { freq: 6, nil: undefined }),
      a: fc.option(addresses, { nil: undefined }),
      mx: fc.option(fc.subarray(hosts, { minLength: 1 }), { nil: undefined }),
    }),
    { minLength: 1, maxLength: 5 },
  )
  .map((domains): Records => {
    const records: Record<string, readonly string[]> = {
      'letter.test TXT': ['v=spf1 include:a.test mx -all'],
    };
    for (const { name, spf: text, a, mx } of domains.filter((each) => each.name !== 'gone.test')) {
      if (text !== undefined) records[`${name} TXT`] = [text];
      if (a !== undefined) records[`${name} A`] = a;
      if (mx !== undefined) records[`${name} MX`] = mx.map((each) => `10 ${each}`);
    }
    return records;
  });

describe('the evaluation of SPF', () => {
  test('finds what an independent evaluator finds', async () => {
    await fc.assert(
      fc.asyncProperty(zones, ip, async (records, address) => {
        expect(await ours(records, address)).toBe(await theirs(records, address));
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    ['a network that matches', 'v=spf1 ip4:192.0.2.0/24 -all', 'pass'],
    ['the end of the record', 'v=spf1 ip4:198.51.100.0/24 ~all', 'softfail'],
    ['no end', 'v=spf1 ip4:198.51.100.0/24', 'neutral'],
    ['an IPv6 network for an IPv4 address', 'v=spf1 ip6:::ffff:192.0.2.0/120 -all', 'fail'],
    ['a redirect to nothing', 'v=spf1 redirect=gone.test', 'permerror'],
  ])('of %s is what RFC 7208 says', async (_what, text, result) => {
    expect(await ours({ 'letter.test TXT': [text] }, '192.0.2.1')).toBe(result);
  });
});

describe('the survey of SPF', () => {
  async function survey(records: Records): Promise<SpfSurvey> {
    const found = await surveySpf('letter.test', memoryDns(records));
    if (found.kind !== 'found') throw new Error(`no record: ${found.kind}`);
    return found;
  }

  test('counts the lookups of everything that is included, and says which term costs most', async () => {
    const found = await survey({
      'letter.test TXT': ['v=spf1 a include:a.test ip4:192.0.2.1 include:b.test -all'],
      'letter.test A': ['192.0.2.1'],
      'a.test TXT': ['v=spf1 include:b.test include:c.test ?all'],
      'b.test TXT': ['v=spf1 ip4:192.0.2.2 -all'],
      'c.test TXT': ['v=spf1 exists:%{i}.c.test redirect=b.test'],
    });

    expect(found.lookups).toBe(7);
    expect(found.costs).toEqual([
      { term: 'include:a.test', lookups: 5 },
      { term: 'a', lookups: 1 },
      { term: 'include:b.test', lookups: 1 },
    ]);
    expect(found.domains).toEqual(['letter.test', 'a.test', 'b.test', 'c.test']);
    expect(found.all).toBe('-');
  });

  test('stops at `all` and ignores a redirect beside it', async () => {
    const found = await survey({ 'letter.test TXT': ['v=spf1 -all include:a.test redirect=b.test'] });

    expect(found).toMatchObject({ lookups: 0, all: '-' });
  });

  test('takes the end of the record that `redirect` leads to', async () => {
    const found = await survey({
      'letter.test TXT': ['v=spf1 redirect=a.test'],
      'a.test TXT': ['v=spf1 +all'],
    });

    expect(found).toMatchObject({ lookups: 1, all: '+' });
  });

  test('finds a reason whenever an address that nothing matches gets a permanent error', async () => {
    await fc.assert(
      fc.asyncProperty(zones, async (records) => {
        // What a macro becomes depends on the message, so the survey does not follow it.
        fc.pre(!JSON.stringify(records).includes('%'));
        const found = await surveySpf('letter.test', memoryDns(records));
        const hasReason =
          found.kind !== 'found' || found.fault !== undefined || found.lookups > 10 || found.voids.length > 2;
        const result = await ours(records, '203.0.113.200');
        expect(hasReason || result !== 'permerror').toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});

describe('the syntax of SPF', () => {
  test.each([
    'include:_spf.letter.test',
    'a',
    'a:mx.letter.test/24//64',
    'mx/30',
    'ip4:192.0.2.0/24',
    'ip6:2001:db8::/32',
    'exists:%{ir}.%{v}.arpa.%{d2}',
    'redirect=_spf.%{d}',
    'unknown-modifier=any%%thing',
    'ptr:letter.test',
  ])('allows %s', (text) => {
    expect(parseSpf(`v=spf1 ${text} -all`)).toMatchObject({ ok: true });
  });

  test.each([
    'include:',
    'include',
    'all:x',
    'a:',
    'ip4:192.0.2.0/33',
    'ip4:192.0.2.256',
    'ip4:2001:db8::1',
    'ip6:192.0.2.1',
    'a/024',
    'exists:%{x}.letter.test',
    'include:letter',
    'include:letter.123',
    '-ip5:1',
    'redirect=',
    'include:bücher.test',
  ])('refuses %s', (text) => {
    expect(parseSpf(`v=spf1 ${text} -all`)).toMatchObject({ ok: false, term: text });
  });
});

/** The examples of RFC 7208 section 7.4. */
describe('macros', () => {
  const values = {
    sender: 'strong-bad@email.example.com',
    domain: 'email.example.com',
    ip: '192.0.2.3',
    helo: 'h',
  };

  test.each([
    ['%{s}', 'strong-bad@email.example.com'],
    ['%{d4}', 'email.example.com'],
    ['%{d1}', 'com'],
    ['%{dr}', 'com.example.email'],
    ['%{d2r}', 'example.email'],
    ['%{l-}', 'strong.bad'],
    ['%{lr-}', 'bad.strong'],
    ['%{l1r-}', 'strong'],
    ['%{ir}.%{v}._spf.%{d2}', '3.2.0.192.in-addr._spf.example.com'],
  ])('of %s are %s', (spec, expanded) => {
    expect(expandMacros(spec, values)).toBe(expanded);
  });

  test('write an IPv6 address in nibbles', () => {
    expect(expandMacros('%{ir}.%{v}', { ...values, ip: '2001:db8::cb01' })).toBe(
      '1.0.b.c.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6',
    );
  });
});
