import { expect, test } from 'vitest';

import { reportOf } from '../../support/doctor/doctor-faults.ts';
import type { Fault } from '../../support/doctor/doctor-faults.ts';

const faults: readonly Fault[] = [
  {
    what: 'a From domain that does not exist',
    changes: {
      publication: {
        from: { name: 'X', address: 'x@nowhere.test' },
        bounceDomain: 'nowhere.test',
        listId: 'l.nowhere.test',
      },
    },
    expected: {
      id: 'from-domain',
      state: 'error',
      text: 'The From domain nowhere.test does not exist in the DNS.',
    },
  },
  {
    what: 'a From domain that takes no mail',
    changes: { zone: { 'letter.test MX': ['0 .'] } },
    expected: {
      id: 'from-domain',
      state: 'error',
      text: 'The From domain letter.test says that it takes no mail (a null MX).',
    },
  },
  {
    what: 'a From domain without a mail server',
    changes: { zone: { 'letter.test MX': undefined, 'letter.test A': undefined } },
    expected: {
      id: 'from-domain',
      state: 'error',
      text: 'The From domain letter.test has no mail server, neither an MX nor an address.',
    },
  },
  {
    what: 'a reply-to domain that takes no mail',
    changes: { publication: { replyTo: 'desk@silent.test' }, zone: { 'silent.test MX': ['0 .'] } },
    expected: { id: 'reply-domain', state: 'warning' },
  },
  {
    what: 'a list identifier of somebody else',
    changes: { publication: { listId: 'letter.lists.test' } },
    expected: { id: 'list-id', state: 'warning' },
  },
  {
    what: 'a bounce domain without a mail server',
    changes: { zone: { 'bounce.letter.test MX': undefined } },
    expected: {
      id: 'bounce-mx',
      state: 'error',
      text: 'bounce.letter.test has no mail server, so bounces are lost and many receivers refuse it as a return path.',
      record: { name: 'bounce.letter.test', type: 'MX', value: '10 news.letter.test.' },
    },
  },
  {
    what: 'a bounce domain with a null MX',
    changes: { zone: { 'bounce.letter.test MX': ['0 .'] } },
    expected: { id: 'bounce-mx', state: 'error' },
  },
  {
    what: 'a bounce domain with an address alone',
    changes: { zone: { 'bounce.letter.test MX': undefined, 'bounce.letter.test A': ['127.0.0.1'] } },
    expected: { id: 'bounce-mx', state: 'warning' },
  },
  {
    what: 'an MX without an address',
    changes: { zone: { 'bounce.letter.test MX': ['10 gone.letter.test'] } },
    expected: {
      id: 'intake',
      state: 'error',
      text: 'The MX of bounce.letter.test names gone.letter.test, which has no address.',
    },
  },
  {
    what: 'a sending address without a name',
    changes: { zone: { '25.2.0.192.in-addr.arpa PTR': undefined } },
    expected: { id: 'ptr', state: 'warning' },
  },
  {
    what: 'a sending address whose name leads elsewhere',
    changes: { zone: { '25.2.0.192.in-addr.arpa PTR': ['mx.letter.test'] } },
    expected: {
      id: 'ptr',
      state: 'warning',
      text: '192.0.2.25 has the name mx.letter.test, which does not lead back to it.',
    },
  },
  {
    what: 'BIMI without an enforced policy',
    changes: {
      zone: {
        'default._bimi.letter.test TXT': ['v=BIMI1; l=https://news.letter.test/logo.svg'],
        '_dmarc.letter.test TXT': ['v=DMARC1; p=none; rua=mailto:r@letter.test'],
      },
    },
    expected: { id: 'bimi', state: 'warning' },
  },
  {
    what: 'an MTA-STS policy that cannot be fetched',
    changes: { zone: { '_mta-sts.bounce.letter.test TXT': ['v=STSv1; id=1'] } },
    expected: { id: 'mta-sts', state: 'warning' },
  },
  {
    what: 'an MTA-STS policy that names another server',
    changes: {
      zone: { '_mta-sts.bounce.letter.test TXT': ['v=STSv1; id=1'] },
      ports: () => ({
        askPublicPage: async () => 'version: STSv1\r\nmode: enforce\r\nmx: *.others.test\r\nmax_age: 9',
      }),
    },
    expected: {
      id: 'mta-sts',
      state: 'warning',
      text: 'The MTA-STS policy of bounce.letter.test does not name its mail server mx.letter.test, so mail to it is refused.',
    },
  },
];

test.each(faults)('reports $what in one sentence, with its fix, and nothing else', async (fault) => {
  const { found, expected, troubles, expectedTroubles, unclear } = await reportOf(fault);

  expect(troubles).toEqual(expectedTroubles);
  expect(found).toMatchObject(expected);
  expect(unclear).toEqual([]);
});
