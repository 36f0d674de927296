import { randomUUID } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';

import { describe, expect, inject, onTestFinished, test } from 'vitest';

import { BullmqQueue } from '../../../queue/bullmq/bullmq-queue.ts';
import { InProcessQueue } from '../../../queue/in-process/in-process-queue.ts';
import type { Queue } from '../../../queue/port.ts';
import { RecordingLog } from '../../support/recording-log.ts';
import { until } from '../../support/until.ts';

const kinds = {
  'in one process': (log: RecordingLog): Queue => new InProcessQueue({ log }),
  'on BullMQ and Redis': (log: RecordingLog): Queue =>
    new BullmqQueue({ url: inject('redisUrl') ?? '', log, prefix: `test-${randomUUID()}` }),
};

describe.each(Object.entries(kinds))('a queue %s', (_kind, create) => {
  test('serves jobs that were added before anybody served it, in order', async () => {
    const { queue } = open();
    const served: number[] = [];
    await queue.add('deliver-batch', { batchId: 1 });
    await queue.add('deliver-batch', { batchId: 2 });

    queue.process('deliver-batch', async ({ batchId }) => void served.push(batchId), { concurrency: 1 });
    await until('both have run', () => served.length === 2);

    expect(served).toEqual([1, 2]);
  });

  test('keeps one of several jobs that wait under the same key, and takes one more while one runs', async () => {
    const { queue } = open();
    const gate = Promise.withResolvers<void>();
    const runs: number[] = [];
    queue.process(
      'deliver-batch',
      async ({ batchId }) => {
        runs.push(batchId);
        if (batchId === 1) await gate.promise;
      },
      { concurrency: 1 },
    );
    await queue.add('deliver-batch', { batchId: 1 });
    await until('the first runs', () => runs.length === 1);

    await queue.add('deliver-batch', { batchId: 1 });
    await queue.add('deliver-batch', { batchId: 1 });
    await queue.add('deliver-batch', { batchId: 2 });
    gate.resolve();
    await until('the last has run', () => runs.includes(2));

    expect(runs).toEqual([1, 1, 2]);
  });

  test.each(['has ended', 'has failed'])(
    'takes a job again at once when the one before it %s',
    async (how) => {
      const { queue } = open();
      let runs = 0;
      queue.process(
        'send-mail',
        async () => {
          runs += 1;
          if (how === 'has failed') throw new Error('broken');
        },
        { concurrency: 1 },
      );

      for (let expected = 1; expected <= 3; expected += 1) {
        await queue.add('send-mail', { mailId: 7 });
        await until(`it has run ${expected} times`, () => runs === expected);
      }

      expect(runs).toBe(3);
    },
  );

  test('keeps queues apart, whatever their jobs are called', async () => {
    const { queue } = open();
    const served: string[] = [];
    queue.process('sign-up', async ({ signupId }) => void served.push(`sign-up ${signupId}`), one);
    queue.process('send-mail', async ({ mailId }) => void served.push(`mail ${mailId}`), one);

    await queue.add('sign-up', { signupId: 5 });
    await queue.add('send-mail', { mailId: 5 });
    await until('both have run', () => served.length === 2);

    expect(served.toSorted()).toEqual(['mail 5', 'sign-up 5']);
  });

  test('never runs more jobs at a time than allowed', async () => {
    const { queue } = open();
    let running = 0;
    let max = 0;
    let ended = 0;
    const { promise: threeRun, resolve } = Promise.withResolvers<void>();
    queue.process(
      'deliver-batch',
      async () => {
        running += 1;
        max = Math.max(max, running);
        if (running === 3) resolve();
        // The first ones wait for each other: jobs that end at once might never meet.
        await threeRun;
        await turn();
        running -= 1;
        ended += 1;
      },
      { concurrency: 3 },
    );

    for (let batchId = 1; batchId <= 50; batchId += 1) await queue.add('deliver-batch', { batchId });
    await until('all have run', () => ended === 50);

    expect(max).toBe(3);
  });

  test('logs a job that fails and continues with the others', async () => {
    const { queue, log } = open();
    let ended = 0;
    queue.process(
      'deliver-batch',
      async ({ batchId }) => {
        if (batchId === 1) throw new Error('broken');
        ended += 1;
      },
      { concurrency: 1 },
    );

    await queue.add('deliver-batch', { batchId: 1 });
    await queue.add('deliver-batch', { batchId: 2 });
    await until('the other has run', () => ended === 1);

    expect(log.messages('error')).toEqual(['job failed']);
    expect(log.lines.find(({ level }) => level === 'error')).toMatchObject({ payload: { batchId: 1 } });
  });

  test('waits at its closing for what runs, and begins nothing more', async () => {
    const { queue } = open();
    const gate = Promise.withResolvers<void>();
    const begun: number[] = [];
    const ended: number[] = [];
    queue.process(
      'deliver-batch',
      async ({ batchId }) => {
        begun.push(batchId);
        await gate.promise;
        ended.push(batchId);
      },
      { concurrency: 1 },
    );
    await queue.add('deliver-batch', { batchId: 1 });
    await queue.add('deliver-batch', { batchId: 2 });
    await until('the first runs', () => begun.length === 1);

    const closing = queue.close();
    await queue.add('deliver-batch', { batchId: 3 });
    expect(ended).toEqual([]);
    gate.resolve();
    await closing;

    expect(begun).toEqual([1]);
    expect(ended).toEqual([1]);
  });

  test('refuses a payload that is not of the queue', async () => {
    const { queue } = open();

    await expect(queue.add('deliver-batch', { batchId: -1 })).rejects.toThrow('batchId');
  });

  test('runs a repeating job at once and again and again, though it fails, until it is closed', async () => {
    const { queue, log } = open();
    let runs = 0;
    queue.repeat({
      name: 'look-around',
      intervalMs: 20,
      run: async () => {
        runs += 1;
        if (runs === 1) throw new Error('broken');
      },
    });

    await until('it has run five times', () => runs >= 5);
    await queue.close();
    const runsAtClosing = runs;
    await turn();

    expect(runs).toBe(runsAtClosing);
    expect(log.lines.filter(({ level }) => level === 'error')).toHaveLength(1);
  });

  test('is ready for use', async () => {
    const { queue } = open();

    await expect(queue.check()).resolves.toBeUndefined();
  });

  function open(): { readonly queue: Queue; readonly log: RecordingLog } {
    const log = new RecordingLog();
    const queue = create(log);
    onTestFinished(() => queue.close());
    return { queue, log };
  }
});

const one = { concurrency: 1 };
