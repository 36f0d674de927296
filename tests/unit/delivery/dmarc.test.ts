import fc from 'fast-check';
import { dmarc } from 'mailauth/lib/dmarc/index.js';
import { describe, expect, test } from 'vitest';

import { createDmarcPolicies } from '../../../src/delivery/dns/dmarc.ts';
import { memoryDns, resolverOf } from '../../support/doctor/memory-dns.ts';
import type { Records } from '../../support/doctor/memory-dns.ts';

function read(records: Records) {
  return createDmarcPolicies(memoryDns(records));
}

const names = ['news.city.letter.test', 'city.letter.test', 'letter.test', 'test', 'co.test', 'shop.co.test'];
const record = fc
  .record({
    p: fc.constantFrom('', 'none', 'quarantine', 'reject', 'Reject', 'block'),
    sp: fc.constantFrom('', '', 'none', 'reject', 'what'),
    psd: fc.constantFrom('', '', '', 'y', 'n', 'u'),
    aspf: fc.constantFrom('', 's', 'r'),
    rua: fc.constantFrom('', 'mailto:reports@letter.test', 'mailto:a@x.test!10m,mailto:b@y.test'),
    version: fc.constantFrom('v=DMARC1', 'v=DMARC1', 'v = DMARC1', 'v=dmarc1', 'V=DMARC1'),
  })
  .map(({ version, ...tags }) =>
    [
      version,
      ...Object.entries(tags).flatMap(([tag, value]) => (value === '' ? [] : [`${tag}=${value}`])),
    ].join('; '),
  );
const zones = fc
  .array(fc.tuple(fc.constantFrom(...names), fc.array(record, { minLength: 1, maxLength: 2 })), {
    maxLength: 4,
  })
  .map((entries): Records =>
    Object.fromEntries(entries.map(([name, texts]) => [`_dmarc.${name} TXT`, texts])),
  );
const domain = fc.constantFrom(...names.filter((name) => name.includes('.')));

describe('the DMARC policy of a domain', () => {
  test('is the one that an independent verifier finds, and so is the organization that alignment compares', async () => {
    await fc.assert(
      fc.asyncProperty(zones, domain, domain, async (records, from, bounce) => {
        // A name exists if it has any record, so that `np` never applies.
        const resolver = resolverOf({ ...records, [`${from} A`]: ['192.0.2.1'] }) as never;
        const theirs = await dmarc({ headerFrom: from, spfDomains: [bounce], resolver, strict: true });
        if (theirs === false) throw new Error('mailauth found no From domain.');
        const policies = read(records);
        const ours = await policies.policyOf(from);

        expect(ours.kind === 'found').toBe(theirs.policyDomain !== undefined);
        if (ours.kind !== 'found') return;
        const { foundAt, organization, policy, strictSpf } = ours.policy;
        expect({ foundAt, organization, policy }).toEqual({
          foundAt: theirs.policyDomain,
          organization: theirs.domain,
          policy: theirs.policy,
        });
        const aligns = strictSpf ? from === bounce : organization === (await policies.organizationOf(bounce));
        expect(aligns).toBe(theirs.status.result === 'pass');
      }),
      { numRuns: 500 },
    );
  });

  test('comes from at most eight names, however long the domain is', async () => {
    const asked: string[] = [];
    const dns = memoryDns({});
    const policies = createDmarcPolicies({
      txt: (name) => {
        asked.push(name);
        return dns.txt(name);
      },
    });

    await policies.policyOf('a.b.c.d.e.f.g.h.i.letter.test');

    expect(new Set(asked).size).toBe(8);
    expect(asked).toContain('_dmarc.g.h.i.letter.test'.replace('g.h.i.', 'e.f.g.h.i.'));
    expect(asked).not.toContain('_dmarc.b.c.d.e.f.g.h.i.letter.test');
  });

  test('lists who gets reports, without size limits', async () => {
    const policies = read({
      '_dmarc.letter.test TXT': ['v=DMARC1; p=none; rua=mailto:a@x.test!10m, mailto:b@y.test,https://z.test'],
    });

    expect(await policies.policyOf('letter.test')).toMatchObject({
      policy: { reportsTo: ['a@x.test', 'b@y.test'] },
    });
  });
});
