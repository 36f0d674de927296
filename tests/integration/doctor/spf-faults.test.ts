import { expect, test } from 'vitest';

import { matching, reportOf } from '../../support/doctor/doctor-faults.ts';
import type { Fault } from '../../support/doctor/doctor-faults.ts';
import type { Changes } from '../../support/doctor/doctor-fixture.ts';

const spf = (record: string | undefined, more: Changes['zone'] = {}): Changes => ({
  zone: { 'bounce.letter.test TXT': record === undefined ? undefined : [record], ...more },
});
const own = 'ip4:192.0.2.25';

/** `count` includes, each of a record of its own. */
function includes(count: number): Changes {
  const names = Array.from({ length: count }, (_, index) => `s${index}.letter.test`);
  const record = ['v=spf1', own, ...names.map((name) => `include:${name}`), '-all'].join(' ');
  return spf(record, Object.fromEntries(names.map((name) => [`${name} TXT`, ['v=spf1 ip4:192.0.2.9 -all']])));
}

const faults: readonly Fault[] = [
  {
    what: 'no SPF record',
    changes: spf(undefined),
    expected: {
      id: 'spf',
      state: 'error',
      text: 'bounce.letter.test has no SPF record, so receivers cannot tell that the relays may send for it.',
      record: { name: 'bounce.letter.test', type: 'TXT', value: `v=spf1 ${own} ~all` },
    },
  },
  {
    what: 'two SPF records',
    changes: {
      zone: { 'bounce.letter.test TXT': [`v=spf1 ${own} -all`, 'v=spf1 include:_spf.letter.test ~all'] },
    },
    expected: {
      id: 'spf',
      state: 'error',
      text: 'bounce.letter.test has 2 SPF records, which makes receivers ignore all of them.',
      record: {
        name: 'bounce.letter.test',
        type: 'TXT',
        value: `v=spf1 ${own} include:_spf.letter.test ~all`,
      },
    },
  },
  {
    what: 'a mechanism that does not exist',
    changes: spf(`v=spf1 ${own} ipv4:192.0.2.9 -all`),
    expected: {
      id: 'spf',
      state: 'error',
      text: 'The SPF record of bounce.letter.test is invalid at `ipv4:192.0.2.9`: there is no such mechanism.',
    },
    also: ['spf-relay warning'],
  },
  {
    what: 'an include whose domain has no dot',
    changes: spf(`v=spf1 ${own} include:_spf -all`),
    expected: {
      id: 'spf',
      state: 'error',
      text: 'The SPF record of bounce.letter.test is invalid at `include:_spf`: `_spf` is no full domain.',
    },
    also: ['spf-relay warning'],
  },
  {
    what: 'a syntax error in an included record',
    changes: { zone: { '_spf.letter.test TXT': ['v=spf1 ip4:192.0.2.0/33 -all'] } },
    expected: {
      id: 'spf',
      state: 'error',
      text: 'The SPF record of _spf.letter.test, which bounce.letter.test includes, is invalid at `ip4:192.0.2.0/33`: the prefix length is not possible.',
    },
  },
  {
    what: 'an include without a record',
    changes: { zone: { '_spf.letter.test TXT': undefined } },
    expected: {
      id: 'spf',
      state: 'error',
      text: 'The SPF record of bounce.letter.test includes _spf.letter.test, which has none.',
      fix: 'Take _spf.letter.test out, or correct its name.',
    },
  },
  {
    what: 'an include with two records',
    changes: { zone: { '_spf.letter.test TXT': ['v=spf1 -all', 'v=spf1 ~all'] } },
    expected: {
      id: 'spf',
      state: 'error',
      text: '_spf.letter.test, which the SPF record of bounce.letter.test includes, has several SPF records.',
    },
  },
  {
    what: 'a loop of includes',
    changes: { zone: { '_spf.letter.test TXT': ['v=spf1 include:bounce.letter.test -all'] } },
    expected: {
      id: 'spf',
      state: 'error',
      text: 'The SPF record of bounce.letter.test leads back to bounce.letter.test in a loop.',
    },
  },
  {
    what: 'eleven lookups',
    changes: includes(11),
    expected: {
      id: 'spf',
      state: 'error',
      text: 'The SPF record of bounce.letter.test needs 11 lookups, and receivers give up after 10.',
      fix: 'Take out what does not send for bounce.letter.test, or replace it by addresses with `ip4:` and `ip6:`; the costliest are include:s0.letter.test (1), include:s1.letter.test (1), include:s2.letter.test (1), include:s3.letter.test (1).',
    },
  },
  {
    what: 'three hosts that do not exist',
    changes: spf(`v=spf1 ${own} a:x.letter.test a:y.letter.test mx:z.letter.test -all`),
    expected: {
      id: 'spf',
      state: 'error',
      text: 'The SPF record of bounce.letter.test names 3 hosts that do not exist, and receivers give up after 2.',
      fix: 'Take out x.letter.test, y.letter.test, z.letter.test.',
    },
  },
  {
    what: 'eleven mail servers behind mx',
    changes: spf(`v=spf1 ${own} mx:many.letter.test -all`, {
      'many.letter.test MX': Array.from({ length: 11 }, (_, index) => `10 m${index}.letter.test`),
    }),
    expected: {
      id: 'spf',
      state: 'error',
      text: '`mx` in the SPF record of bounce.letter.test leads to 11 mail servers of many.letter.test, and at most 10 are allowed.',
    },
  },
  {
    what: '+all',
    changes: spf('v=spf1 +all'),
    expected: {
      id: 'spf',
      state: 'error',
      text: 'The SPF record of bounce.letter.test ends in `+all`, which lets any server send for it.',
    },
  },
  {
    what: 'a record without an end',
    changes: spf(`v=spf1 ${own}`),
    expected: {
      id: 'spf',
      state: 'warning',
      text: 'The SPF record of bounce.letter.test says nothing about servers that it does not name.',
      fix: 'End it with `~all`.',
    },
  },
  {
    what: 'ptr',
    changes: spf(`v=spf1 ${own} ptr -all`),
    expected: { id: 'spf', state: 'warning' },
  },
  {
    what: 'a relay that SPF does not allow',
    changes: spf('v=spf1 ip4:198.51.100.1 -all'),
    expected: {
      id: 'spf-relay',
      state: 'error',
      text: matching(
        /^The SPF record of bounce\.letter\.test does not allow 192\.0\.2\.25, from which the relay relay\.letter\.test:\d+ sends\.$/u,
      ),
      record: {
        name: 'bounce.letter.test',
        type: 'TXT',
        value: `v=spf1 ip4:198.51.100.1 ${own} -all`,
      },
    },
  },
];

test.each(faults)('reports $what in one sentence, with its fix, and nothing else', async (fault) => {
  const { found, expected, troubles, expectedTroubles, unclear } = await reportOf(fault);

  expect(troubles).toEqual(expectedTroubles);
  expect(found).toMatchObject(expected);
  expect(unclear).toEqual([]);
});
