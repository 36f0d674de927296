import { expect, test } from 'vitest';

import { InProcessQueue } from '../../../queue/in-process/in-process-queue.ts';
import type { Log } from '../../../src/log/log.ts';

const errors: unknown[] = [];
const log: Log = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: (fields) => void errors.push(fields),
  child: () => log,
};

test('jobs added before anybody serves the queue are served later, in order', async () => {
  const queue = new InProcessQueue({ log });
  const served: number[] = [];
  await queue.add('deliver-batch', { batchId: 1 });
  await queue.add('deliver-batch', { batchId: 2 });

  const { promise, resolve } = Promise.withResolvers<void>();
  queue.process(
    'deliver-batch',
    async ({ batchId }) => {
      served.push(batchId);
      if (served.length === 2) resolve();
    },
    { concurrency: 1 },
  );
  await promise;
  await queue.close();

  expect(served).toEqual([1, 2]);
});

test('a job that is waiting already is not added twice, one that runs is', async () => {
  const queue = new InProcessQueue({ log });
  const gate = Promise.withResolvers<void>();
  const runs: number[] = [];
  queue.process(
    'deliver-batch',
    async ({ batchId }) => {
      runs.push(batchId);
      await gate.promise;
    },
    { concurrency: 1 },
  );

  await queue.add('deliver-batch', { batchId: 1 });
  await queue.add('deliver-batch', { batchId: 1 });
  await queue.add('deliver-batch', { batchId: 1 });
  gate.resolve();
  await new Promise((resolve) => setImmediate(resolve));
  await queue.close();

  expect(runs).toEqual([1, 1]);
});

test('never more jobs run at a time than were allowed', async () => {
  const queue = new InProcessQueue({ log });
  let running = 0;
  let most = 0;
  const done = Promise.withResolvers<void>();
  let ended = 0;
  queue.process(
    'deliver-batch',
    async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      ended += 1;
      if (ended === 20) done.resolve();
    },
    { concurrency: 3 },
  );

  for (let batchId = 1; batchId <= 20; batchId += 1) await queue.add('deliver-batch', { batchId });
  await done.promise;
  await queue.close();

  expect(most).toBe(3);
});

test('a job that fails is logged and does not stop the others', async () => {
  const queue = new InProcessQueue({ log });
  const done = Promise.withResolvers<void>();
  queue.process(
    'deliver-batch',
    async ({ batchId }) => {
      if (batchId === 1) throw new Error('broken');
      done.resolve();
    },
    { concurrency: 1 },
  );

  await queue.add('deliver-batch', { batchId: 1 });
  await queue.add('deliver-batch', { batchId: 2 });
  await done.promise;
  await queue.close();

  expect(errors).toHaveLength(1);
});

test('closing waits for what runs and drops what waits', async () => {
  const queue = new InProcessQueue({ log });
  const gate = Promise.withResolvers<void>();
  const ended: number[] = [];
  queue.process(
    'deliver-batch',
    async ({ batchId }) => {
      await gate.promise;
      ended.push(batchId);
    },
    { concurrency: 1 },
  );
  await queue.add('deliver-batch', { batchId: 1 });
  await queue.add('deliver-batch', { batchId: 2 });

  const closing = queue.close();
  gate.resolve();
  await closing;

  expect(ended).toEqual([1]);
});

test('a payload that is not of the queue is refused', async () => {
  const queue = new InProcessQueue({ log });

  await expect(queue.add('deliver-batch', { batchId: -1 })).rejects.toThrow('batchId');

  await queue.close();
});
