import { expect, test } from 'vitest';

import { describeComplaints, rateComplaints } from '../../../../src/domain/inbound/complaint-rate.ts';

const none = { accepted: 1_000, complained: 0 };

test.each([
  { what: 'no edition', editions: [], level: 'ok' },
  { what: 'one complaint of a list of 200', editions: [{ accepted: 200, complained: 1 }], level: 'ok' },
  { what: 'two complaints of a list of 200', editions: [{ accepted: 200, complained: 2 }], level: 'warn' },
  { what: 'four complaints of a list of 200', editions: [{ accepted: 200, complained: 4 }], level: 'warn' },
  { what: 'five complaints of a list of 200', editions: [{ accepted: 200, complained: 5 }], level: 'halt' },
  { what: 'less than 0.1 %', editions: [{ accepted: 100_000, complained: 99 }], level: 'ok' },
  { what: '0.1 %', editions: [{ accepted: 100_000, complained: 100 }], level: 'warn' },
  { what: 'less than 0.3 %', editions: [{ accepted: 100_000, complained: 299 }], level: 'warn' },
  { what: '0.3 %', editions: [{ accepted: 100_000, complained: 300 }], level: 'halt' },
  {
    what: 'one complaint a day of a list of 200',
    editions: Array.from({ length: 5 }, () => ({ accepted: 200, complained: 1 })),
    level: 'halt',
  },
  {
    what: 'a bad edition among good ones',
    editions: [none, { accepted: 1_000, complained: 5 }, none, none, none],
    level: 'halt',
  },
  {
    what: 'complaints about an edition that was not accepted',
    editions: [{ accepted: 0, complained: 9 }],
    level: 'ok',
  },
] as const)('rates $what as $level', ({ editions, level }) => {
  expect(rateComplaints(editions).level).toBe(level);
});

test('names the share that decides', () => {
  const rate = rateComplaints([none, { accepted: 1_000, complained: 6 }]);

  expect(describeComplaints(rate)).toBe(
    '6 of 1,000 recipients of one of the last editions complained (0.60 %)',
  );
  const together = rateComplaints([
    { accepted: 1_600, complained: 2 },
    { accepted: 1_600, complained: 2 },
  ]);
  expect(describeComplaints(together)).toBe(
    '4 of 3,200 recipients of the last 2 editions complained (0.13 %)',
  );
});
