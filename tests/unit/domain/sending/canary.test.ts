import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { canarySize, judgeCanary } from '../../../../src/domain/sending/canary.ts';
import type { CanaryCounts } from '../../../../src/domain/sending/canary.ts';

const limits = { bounced: 0.02, complained: 0.001, deferred: 0.25, failed: 0.05 };
const none: CanaryCounts = {
  recipients: 1_000,
  held: 99_000,
  accepted: 0,
  deferred: 0,
  failed: 0,
  uncertain: 0,
  bounced: 0,
  complained: 0,
};

function judge(counts: Partial<CanaryCounts>, now = 2_000) {
  return judgeCanary({ ...none, ...counts }, { limits, until: 1_000, now });
}

describe('a canary', () => {
  test.each<[string, Partial<CanaryCounts>, string]>([
    ['2 % bounced', { accepted: 1_000, bounced: 20 }, 'pass'],
    ['more bounced', { accepted: 1_000, bounced: 21 }, 'halt'],
    ['three complaints of a thousand', { accepted: 1_000, complained: 3 }, 'halt'],
    ['two complaints, which may be chance', { accepted: 1_000, complained: 2 }, 'pass'],
    ['more than a twentieth failed', { accepted: 900, failed: 51 }, 'halt'],
    ['a quarter deferred', { accepted: 750, deferred: 250 }, 'pass'],
    ['more deferred', { accepted: 740, deferred: 260 }, 'halt'],
    ['fewer than half tried', { accepted: 499 }, 'wait'],
    ['nothing accepted', { deferred: 2 }, 'wait'],
  ])('with %s', (_, counts, kind) => {
    expect(judge(counts).kind).toBe(kind);
  });

  test('halts before its time is over, and passes only then', () => {
    expect(judge({ accepted: 1_000 }, 999).kind).toBe('wait');
    expect(judge({ accepted: 1_000, bounced: 30 }, 999).kind).toBe('halt');
  });

  test('says what halted it and how many did not get it', () => {
    expect(judge({ accepted: 1_000, bounced: 35, complained: 4 })).toEqual({
      kind: 'halt',
      why: 'of the first recipients 35 of 1,000 bounced (3.5 %; at most 2 %), 4 of 1,000 complained (0.4 %; at most 0.1 %). The other 99,000 recipients did not get it',
    });
  });

  test('is never larger than its page, and at least fifty of the first', () => {
    fc.assert(
      fc.property(
        fc.nat(10_000),
        fc.double({ min: 0.001, max: 0.5, noNaN: true }),
        fc.boolean(),
        (page, share, isFirst) => {
          const size = canarySize(page, share, isFirst);
          expect(size).toBeLessThanOrEqual(page);
          expect(size).toBeGreaterThanOrEqual(Math.min(page, isFirst ? 50 : 0));
          expect(size).toBeGreaterThanOrEqual(Math.min(page, page * share));
        },
      ),
    );
  });
});
