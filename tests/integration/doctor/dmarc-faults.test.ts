import { expect, test } from 'vitest';

import { matching, reportOf } from '../../support/doctor/doctor-faults.ts';
import type { Fault } from '../../support/doctor/doctor-faults.ts';
import type { Changes } from '../../support/doctor/doctor-fixture.ts';

const dmarc = (...records: readonly string[]): Changes => ({ zone: { '_dmarc.letter.test TXT': records } });
const own = 'ip4:192.0.2.25';

const faults: readonly Fault[] = [
  {
    what: 'no DKIM record',
    changes: { zone: { 'a._domainkey.letter.test TXT': undefined } },
    expected: {
      id: 'dkim',
      state: 'error',
      text: 'Nothing can be sent with the DKIM key a of letter.test: there is no such record.',
      record: {
        name: 'a._domainkey.letter.test',
        type: 'TXT',
        value: matching(/^v=DKIM1; k=ed25519; p=/u),
      },
    },
  },
  {
    what: 'another DKIM key',
    changes: { zone: { 'a._domainkey.letter.test TXT': [`v=DKIM1; k=ed25519; p=${'A'.repeat(43)}=`] } },
    expected: {
      id: 'dkim',
      state: 'error',
      text: 'Nothing can be sent with the DKIM key a of letter.test: the record has another key.',
    },
  },
  {
    what: 'no DMARC policy',
    changes: { zone: { '_dmarc.letter.test TXT': undefined } },
    expected: {
      id: 'dmarc',
      state: 'error',
      text: 'letter.test has no DMARC policy, which large receivers require of bulk mail.',
      record: {
        name: '_dmarc.letter.test',
        type: 'TXT',
        value: 'v=DMARC1; p=none; rua=mailto:dmarc@letter.test',
      },
    },
  },
  {
    what: 'two DMARC records',
    changes: dmarc('v=DMARC1; p=none', 'v=DMARC1; p=reject'),
    expected: {
      id: 'dmarc',
      state: 'error',
      text: 'Receivers ignore the DMARC record of letter.test: there are 2 records, and there must be one.',
    },
  },
  {
    what: 'a DMARC record that begins with its policy',
    changes: dmarc('p=reject; v=DMARC1'),
    expected: {
      id: 'dmarc',
      state: 'error',
      text: 'Receivers ignore the DMARC record of letter.test: it does not begin with `v=DMARC1;`.',
    },
  },
  {
    what: 'a DMARC policy that does not exist',
    changes: dmarc('v=DMARC1; p=block'),
    expected: {
      id: 'dmarc',
      state: 'error',
      text: 'Receivers ignore the DMARC record of letter.test: `p=block` is none of none, quarantine and reject.',
    },
  },
  {
    what: 'pct, which DMARC no longer has',
    changes: dmarc('v=DMARC1; p=reject; pct=20; rua=mailto:r@letter.test'),
    expected: { id: 'dmarc', state: 'warning' },
  },
  {
    what: 'a DMARC record without reports',
    changes: dmarc('v=DMARC1; p=reject'),
    expected: {
      id: 'dmarc-reports',
      state: 'warning',
      record: {
        name: '_dmarc.letter.test',
        type: 'TXT',
        value: 'v=DMARC1; p=reject; rua=mailto:dmarc@letter.test',
      },
    },
  },
  {
    what: 'DMARC reports to a domain that does not want them',
    changes: dmarc('v=DMARC1; p=reject; rua=mailto:x@reports.test'),
    expected: {
      id: 'dmarc-reports',
      state: 'warning',
      text: 'Receivers send no DMARC reports to x@reports.test, which has not agreed to get those of letter.test.',
      record: { name: 'letter.test._report._dmarc.reports.test', type: 'TXT', value: 'v=DMARC1' },
    },
  },
  {
    what: 'a return path of another organization',
    changes: {
      publication: { bounceDomain: 'bounce.others.test' },
      zone: {
        'bounce.others.test MX': ['10 mx.letter.test'],
        'bounce.others.test TXT': [`v=spf1 ${own} -all`],
        '_dmarc.others.test TXT': ['v=DMARC1; p=none; rua=mailto:r@others.test'],
      },
    },
    expected: {
      id: 'dmarc-alignment',
      state: 'warning',
      text: 'Only DKIM passes DMARC: the return path bounce.others.test does not align with letter.test.',
    },
  },
  {
    what: 'strict alignment of SPF with another subdomain',
    changes: dmarc('v=DMARC1; p=reject; aspf=s; rua=mailto:r@letter.test'),
    expected: {
      id: 'dmarc-alignment',
      state: 'warning',
      text: 'Only DKIM passes DMARC: the return path bounce.letter.test does not align with letter.test, as `aspf=s` asks.',
      fix: 'Set bounce-domain in publication.yaml to letter.test.',
    },
  },
];

test.each(faults)('reports $what in one sentence, with its fix, and nothing else', async (fault) => {
  const { found, expected, troubles, expectedTroubles, unclear } = await reportOf(fault);

  expect(troubles).toEqual(expectedTroubles);
  expect(found).toMatchObject(expected);
  expect(unclear).toEqual([]);
});
