import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';

import { Queue as BullQueue } from 'bullmq';
import { describe, expect, inject, onTestFinished, test } from 'vitest';

import { BullmqQueue } from '../../../queue/bullmq/bullmq-queue.ts';
import { RecordingLog } from '../../support/recording-log.ts';
import { RedisServer } from '../../support/servers/redis-server.ts';
import { until } from '../../support/until.ts';

const log = new RecordingLog();

describe('several processes on one Redis', () => {
  test('share the jobs of a queue and run each once', async () => {
    const [producer, ...workers] = openSeveral(4, inject('redisUrl') ?? '');
    const runs = new Map<number, number>();
    const byWorker = workers.map((worker) => {
      const served = new Set<number>();
      worker.process(
        'deliver-batch',
        async ({ batchId }) => {
          await pause(1);
          served.add(batchId);
          runs.set(batchId, (runs.get(batchId) ?? 0) + 1);
        },
        { concurrency: 2 },
      );
      return served;
    });

    for (let batchId = 1; batchId <= 300; batchId += 1) await producer?.add('deliver-batch', { batchId });
    await until('all have run', () => runs.size === 300);

    expect([...runs.values()].every((times) => times === 1)).toBe(true);
    expect(byWorker.every((served) => served.size > 0)).toBe(true);
  });

  test('run a repeating job once per interval, not once per process and interval', async () => {
    const workers = openSeveral(3, inject('redisUrl') ?? '');
    const at: number[] = [];
    const startedAt = Date.now();
    for (const worker of workers) {
      worker.repeat({ name: 'look-around', intervalMs: 100, run: async () => void at.push(Date.now()) });
    }

    await until('it has run twenty times', () => at.length >= 20);

    // Three at a time would need a third of it. A busy machine only adds to it, as it is counted from before
    // the first interval: the twentieth run belongs to the nineteenth interval or a later one.
    expect((at[19] ?? 0) - startedAt).toBeGreaterThan(18 * 100 * 0.9);
  });

  test('remove the schedulers of repeating jobs that an earlier version stored in Redis', async () => {
    await using server = await RedisServer.create();
    const former = new BullQueue('tell-alarms', {
      connection: { url: server.url },
      prefix: 'daybrief',
    });
    await former.upsertJobScheduler('tell-alarms', { every: 3_600_000 }, { name: 'tell-alarms' });
    const queue = new BullmqQueue({ url: server.url, log });
    onTestFinished(() => queue.close());

    queue.repeat({ name: 'send-alarms', intervalMs: 3_600_000, run: async () => {} });
    await until('the new scheduler is in Redis', async () => {
      const names = await server.ask((client) => client.keys('*:send-alarms:repeat'));
      return names.length === 1;
    });

    expect(await former.getJobSchedulersCount()).toBe(0);
    expect(await former.getJobCountByTypes('delayed', 'waiting')).toBe(0);
    await former.close();
  });

  test('store only ids in Redis, and keep only the last finished jobs', async () => {
    await using server = await RedisServer.create();
    const [queue] = openSeveral(1, server.url);
    let ended = 0;
    queue?.process(
      'sign-up',
      async ({ signupId }) => {
        ended += 1;
        if (signupId % 2 === 0) throw new Error('no way to ana@example.org');
      },
      { concurrency: 20 },
    );

    for (let signupId = 1; signupId <= 2000; signupId += 1) await queue?.add('sign-up', { signupId });
    await until('all have run', () => ended === 2000);
    await queue?.close();

    const keys = await server.ask((client) => client.keys('*'));
    const jobs = keys.filter((key) => /sign-up:sign-up\//u.test(key));
    expect(jobs.length).toBeLessThanOrEqual(550);
    const texts = await server.ask((client) => Promise.all(jobs.map((key) => client.hgetall(key))));
    expect(JSON.stringify(texts)).not.toContain('ana@example.org');
    expect(new Set(texts.map(({ data }) => data?.replace(/\d+/u, 'n')))).toEqual(new Set(['{"signupId":n}']));
  });
});

describe('a queue whose Redis is in trouble', () => {
  test.each(['is flushed', 'is restarted', 'forgets its scripts'])(
    'runs jobs and repeating jobs again after Redis %s',
    async (what) => {
      await using server = await RedisServer.create();
      const [queue, other] = openSeveral(2, server.url);
      const handled: number[] = [];
      let ticks = 0;
      for (const worker of [queue, other]) {
        worker?.process('deliver-batch', async ({ batchId }) => void handled.push(batchId), {
          concurrency: 4,
        });
        worker?.repeat({ name: 'look-around', intervalMs: 50, run: async () => void (ticks += 1) });
      }
      await until('it ticks', () => ticks > 5);

      if (what === 'is flushed') await server.flush();
      else if (what === 'is restarted') await server.restart();
      else await server.ask((client) => client.script('FLUSH'));
      const ticksBefore = ticks;
      await until('it ticks again', () => ticks > ticksBefore + 20);
      await queue?.add('deliver-batch', { batchId: 1 });
      await until('the job has run', () => handled.length === 1);
      await until('the schedule is back in Redis', async () => {
        const names = await server.ask((client) => client.keys('*:look-around:repeat'));
        return names.length === 1;
      });

      expect(handled).toEqual([1]);
    },
  );

  test('lets workers continue alone and does not block processes that only add jobs, until Redis is back', async () => {
    await using server = await RedisServer.create();
    const [worker, web] = openSeveral(2, server.url);
    const handled: number[] = [];
    let ticks = 0;
    worker?.process('deliver-batch', async ({ batchId }) => void handled.push(batchId), { concurrency: 4 });
    worker?.repeat({ name: 'look-around', intervalMs: 50, run: async () => void (ticks += 1) });
    await web?.add('deliver-batch', { batchId: 1 });
    await until('the first has run', () => handled.length === 1);

    await server.stop();
    await worker?.add('deliver-batch', { batchId: 2 });
    const startedAt = performance.now();
    for (let batchId = 100; batchId < 200; batchId += 1) await web?.add('deliver-batch', { batchId });
    const tookMs = performance.now() - startedAt;
    const ticksBefore = ticks;
    await until('it ticks without Redis', () => ticks > ticksBefore + 5);

    expect(handled).toEqual([1, 2]);
    // A second each would be a hundred.
    expect(tookMs).toBeLessThan(60_000);
    expect(log.messages('warn')).toContain('Redis is away: every worker finds its own work until it is back');

    await server.start();
    await until(
      'both know',
      () => log.messages('info').filter((text) => text === 'Redis is back').length >= 2,
    );
    // A hint may be lost while Redis comes back: the sweep finds its work.
    await until('jobs go from one to the other again', async () => {
      await web?.add('deliver-batch', { batchId: 3 });
      return handled.includes(3);
    });
  });

  test.each(['has gone', 'is silent', 'was never there'])(
    'closes without waiting for a Redis that %s',
    async (what) => {
      const server = await RedisServer.create();
      if (what === 'was never there') await server.stop();
      const [queue] = openSeveral(1, server.url);
      let served = 0;
      queue?.process('deliver-batch', async () => void (served += 1), { concurrency: 4 });
      queue?.repeat({ name: 'look-around', intervalMs: 50, run: async () => {} });
      await queue?.add('deliver-batch', { batchId: 1 });
      await until('it works', () => served === 1);
      if (what === 'has gone') await server.stop();
      if (what === 'is silent') await server.freeze(3_600_000);

      // Otherwise it would wait an hour for the silent Redis, and forever for the others.
      await expect(queue?.close()).resolves.toBeUndefined();
      await server[Symbol.asyncDispose]();
    },
  );

  test('closes although workers were taking jobs when Redis went', async () => {
    const server = await RedisServer.create();
    const [queue] = openSeveral(1, server.url);
    let served = 0;
    queue?.process('sign-up', async () => void (served += 1), { concurrency: 50 });
    const adding = Array.from({ length: 3000 }, async (_, index) =>
      queue?.add('sign-up', { signupId: index + 1 }),
    );
    await until('it works', () => served > 200);

    await server.stop();
    await Promise.all(adding);

    // A job that waits for Redis would keep it open for ever.
    await expect(queue?.close()).resolves.toBeUndefined();
    await server[Symbol.asyncDispose]();
  });
});

function openSeveral(count: number, url: string): readonly BullmqQueue[] {
  const prefix = `test-${randomUUID()}`;
  return Array.from({ length: count }, () => {
    const queue = new BullmqQueue({ url, log, prefix });
    onTestFinished(() => queue.close());
    return queue;
  });
}
