import fc from 'fast-check';
import { expect, test } from 'vitest';

import { readAnswer } from '../../../../src/domain/sending/read-answer.ts';

const hour = 3_600_000;
const now = Date.UTC(2026, 10, 23, 6, 0);

test('any answer gives a row that is either final with an outcome or due with a time, never both', () => {
  const refusal = fc.record({
    kind: fc.constant('refused' as const),
    relay: fc.constant('mx:25'),
    stage: fc.constantFrom('mail', 'rcpt', 'data', 'message' as const),
    code: fc.integer({ min: 400, max: 599 }),
    enhanced: fc.option(
      fc.tuple(fc.constantFrom(2, 4, 5), fc.nat(9), fc.nat(40)).map((parts) => parts.join('.')),
      { nil: undefined },
    ),
    text: fc.string({ unit: 'binary', maxLength: 500 }),
  });
  const contexts = fc.record({
    attempts: fc.nat(50),
    uncertainTimes: fc.nat(5),
    policy: fc.constantFrom('resend', 'hold' as const),
    random: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
    expiresAt: fc.integer({ min: now + 1, max: now + 24 * hour }),
  });

  fc.assert(
    fc.property(refusal, contexts, ({ enhanced, ...rest }, changes) => {
      const answer = { ...rest, ...(enhanced === undefined ? {} : { enhanced }) };
      const verdict = readAnswer(answer, { ...changes, now });
      const { row } = verdict;
      const due = row.nextAttemptAt !== undefined;

      expect(due).toBe(row.outcome === undefined);
      expect(due).toBe(row.state === 'deferred');
      if (due && !verdict.stopEdition) expect(row.nextAttemptAt).toBeLessThan(changes.expiresAt);
      if (row.suppress !== undefined) expect(row.outcome).toBe('valid-email');
      if (rest.stage === 'mail') expect(row.suppress).toBeUndefined();
    }),
    { numRuns: 2000 },
  );
});
