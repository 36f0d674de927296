import { expect, test } from 'vitest';

import { Intake } from '../../../src/app/inbound/intake.ts';
import type { Arrival } from '../../../src/domain/inbound/feedback.ts';
import { RecordingLog } from '../../support/recording-log.ts';

const arrival: Arrival = {
  report: {
    kind: 'bounce',
    class: 'soft',
    reason: 'full',
    delivery: { editionId: 7, subscriberId: 1, by: 'verp' },
    evidence: { text: '', source: 'none' },
  },
  source: 'smtp',
  fingerprint: 'one',
  raw: new Uint8Array(),
  isTrusted: false,
};

function opened(options: {
  readonly reviews: boolean;
  readonly failures?: number;
  /** What others have written at each question. */
  readonly writes?: () => number;
}) {
  const restedMs: number[] = [];
  let storedAt = 0;
  const groups: number[] = [];
  const reviewed: number[] = [];
  let failures = options.failures ?? 0;
  const intake = new Intake(
    {
      feedback: {
        async record(arrivals) {
          if (failures > 0) {
            failures -= 1;
            throw new Error('the database is away');
          }
          groups.push(arrivals.length);
          if (storedAt > 0) restedMs.push(performance.now() - storedAt);
          storedAt = performance.now();
          return arrivals.map(() => ({ disposal: 'applied' as const, editionId: 7 }));
        },
        async review(editionId) {
          reviewed.push(editionId);
          return [];
        },
        editionsSince: async () => [5],
        writesOfOthers: async () => options.writes?.() ?? 0,
      },
      clock: Date.now,
      log: new RecordingLog(),
    },
    options,
  );
  return { intake, groups, reviewed, restedMs };
}

test('messages that come together share a transaction, and each is answered', async () => {
  const { intake, groups } = opened({ reviews: false });

  const disposals = await Promise.all(Array.from({ length: 600 }, () => intake.receive(arrival)));

  expect(disposals).toEqual(Array.from({ length: 600 }, () => 'applied'));
  expect(groups).toEqual([250, 250, 100]);
});

test('a message that cannot be stored is refused, and the next one is taken', async () => {
  const { intake, groups } = opened({ reviews: false, failures: 1 });

  await expect(intake.receive(arrival)).rejects.toThrow('the database is away');
  await expect(intake.receive(arrival)).resolves.toBe('applied');

  expect(groups).toEqual([1]);
});

test('editions with reports are reviewed before the intake ends, and at its start those of before', async () => {
  const { intake, reviewed } = opened({ reviews: true });
  await intake.catchUp();

  await intake.receive(arrival);
  await intake[Symbol.asyncDispose]();

  expect(reviewed).toEqual([5, 7]);
});

test('an intake for one message leaves the reviews to a worker', async () => {
  const { intake, reviewed } = opened({ reviews: false });
  await intake.catchUp();

  await intake.receive(arrival);
  await intake[Symbol.asyncDispose]();

  expect(reviewed).toEqual([]);
});

test('rests fourteen times as long as a group costs while others write', async () => {
  let writes = 0;
  const { intake, groups, restedMs } = opened({
    reviews: false,
    writes: () => (writes += 1),
  });

  await Promise.all(Array.from({ length: 60 }, () => intake.receive(arrival)));
  await intake.receive(arrival);

  expect(groups).toEqual([60, 1]);
  expect(restedMs[0]).toBeGreaterThan(60 * 0.7 * 14 - 5);
});
