import { expect, test } from 'vitest';

import { whyAbsent } from '../../../../src/domain/explanation.ts';
import type { Subscription } from '../../../../src/domain/subscribers/subscriber.ts';

const absence = { publication: 'letter', date: '2026-11-23', publishedAt: 1_000, intended: false };

function subscription(changes: Partial<Subscription> = {}): Subscription {
  const times = { createdAt: 500, changedAt: 500, pausedUntil: 0 };
  return { publication: 'letter', state: 'unsubscribed', source: 'form', ...times, ...changes };
}

test.each([
  ['not-begun', { ...absence, intended: true }, [subscription()]],
  ['not-subscribed', absence, [subscription({ publication: 'night' })]],
  ['subscribed-later', absence, [subscription({ createdAt: 1_001 })]],
  ['paused', absence, [subscription({ state: 'active', pausedUntil: 1_001 })]],
  ['not-active', absence, [subscription()]],
] as const)('the reason of an absence is %s', (reason, row, subscriptions) => {
  expect(whyAbsent(row, subscriptions)).toBe(reason);
});
