import { describe, expect, test } from 'vitest';

import { readAnswer } from '../../../../src/domain/sending/read-answer.ts';
import type { AnswerContext, Verdict } from '../../../../src/domain/sending/read-answer.ts';
import { refusal } from '../../../support/smtp/refusal.ts';

const minute = 60_000;
const hour = 60 * minute;
const now = Date.UTC(2026, 10, 23, 6, 0);

function read(reply: string, changes: Partial<AnswerContext> = {}): Verdict {
  const context = {
    attempts: 0,
    uncertainTimes: 0,
    policy: 'resend',
    now,
    expiresAt: now + 12 * hour,
    random: 0,
  } as const;
  return readAnswer(refusal(`rcpt ${reply}`), { ...context, ...changes });
}

describe('the time of the next attempt', () => {
  test('pauses double from the base to an hour', () => {
    const pauses = [0, 1, 2, 5, 6, 40].map(
      (attempts) => (read('451 4.2.0 Later', { attempts }).row.nextAttemptAt ?? 0) - now,
    );

    expect(pauses).toEqual([minute, 2 * minute, 4 * minute, 32 * minute, hour, hour]);
  });

  test('jitter lengthens a pause by up to a quarter', () => {
    expect(read('451 4.2.0 Later', { random: 0.5 }).row.nextAttemptAt).toBe(now + minute * 1.125);
  });

  test('the base can be set, and does not shorten the five minutes of greylisting', () => {
    expect(read('450 4.2.0 Later', { retryBaseMs: 10 }).row.nextAttemptAt).toBe(now + 10);
    expect(read('450 4.7.1 Later', { retryBaseMs: 10 }).row.nextAttemptAt).toBe(now + 5 * minute);
  });

  test.each([
    ['450 4.2.0 Greylisted, try again in 600 seconds', 10],
    ['450 4.7.1 Greylisted for 2 minutes', 5],
    ['451 4.2.0 Please retry after 20 min', 20],
    ['421 4.7.0 Too many connections, wait 1 hour', 60],
  ])('%s: is retried no earlier than the text asks for', (reply, minutes) => {
    expect(read(reply).row.nextAttemptAt).toBe(now + minutes * minute);
  });

  test.each([['451 4.2.0 Later'], ['450 4.7.1 Greylisted'], ['421 Slow'], ['452 4.2.2 Full']])(
    '%s: fails as expired if the next attempt would be after the expiry',
    (reply) => {
      const { row } = read(reply, { expiresAt: now + minute });

      expect(row).toMatchObject({ state: 'failed', reason: 'expired', outcome: 'subscription-failed' });
      expect(row).not.toHaveProperty('nextAttemptAt');
    },
  );
});
