import { expect, test } from 'vitest';

import { crashRun } from '../../crash/crash-run.ts';

test('a worker killed at random moments loses no delivery and hides no doubt', async () => {
  const sessions = 10;

  const report = await crashRun({
    kills: 8,
    stops: 3,
    editions: 2,
    recipients: 2_500,
    sessions,
    delayMs: 8,
    seed: 7,
  });

  expect(report.kills).toBe(8);
  expect(report.stops).toBeGreaterThanOrEqual(2);
  expect(report.maxInDoubt).toBeLessThanOrEqual(sessions);
  expect(report.copies).toBeLessThanOrEqual(report.accepted + report.uncertainTimes);
});

test('a worker of three processes loses no delivery, whether one or all of them are killed', async () => {
  const sessions = 9;

  const report = await crashRun({
    kills: 5,
    stops: 1,
    editions: 1,
    recipients: 2_500,
    sessions,
    processes: 3,
    delayMs: 8,
    seed: 5,
  });

  expect(report.kills).toBe(5);
  expect(report.maxInDoubt).toBeLessThanOrEqual(sessions);
  expect(report.copies).toBeLessThanOrEqual(report.accepted + report.uncertainTimes);
});

test('a worker killed with several messages on each connection leaves at most its windows in doubt', async () => {
  const sessions = 6;

  const report = await crashRun({
    kills: 4,
    stops: 1,
    editions: 1,
    recipients: 2_500,
    sessions,
    chunking: true,
    delayMs: 4,
    seed: 11,
  });

  expect(report.kills).toBe(4);
  expect(report.maxInDoubt).toBeLessThanOrEqual(sessions * 8);
  expect(report.copies).toBeLessThanOrEqual(report.accepted + report.uncertainTimes);
});
