import { Redis } from 'ioredis';
import { expect, test } from 'vitest';

import { examineRedis } from '../../../queue/bullmq/examine-redis.ts';
import { RedisServer } from '../../support/servers/redis-server.ts';

test('a Redis without persistence is fit, because the queue may be lost', async () => {
  await using server = await RedisServer.create(['--appendonly', 'no', '--save', '']);

  const { text, trouble } = await examineRedis(server.url);

  expect(text).toMatch(
    /^The Redis at 127\.0\.0\.1:\d+ answers, evicts nothing and keeps no append-only file, which the queue does not need\.$/u,
  );
  expect(trouble).toBeUndefined();
});

test('a Redis that writes an append-only file is said to', async () => {
  await using server = await RedisServer.create(['--appendonly', 'yes']);

  expect((await examineRedis(server.url)).text).toContain('writes an append-only file');
});

test('a Redis that is nearly full is trouble before it refuses writes', async () => {
  await using server = await RedisServer.create();
  const client = new Redis(server.url);
  const used = Number(/^used_memory:(\d+)/mu.exec(await client.info('memory'))?.[1]);
  await client.config('SET', 'maxmemory', String(Math.round(used * 1.02)));
  client.disconnect();

  expect(await examineRedis(server.url)).toMatchObject({
    trouble: expect.stringMatching(/of its maxmemory, and refuses writes when it is full\.$/u) as string,
    fix: expect.stringContaining('maxmemory') as string,
  });
});

test('a Redis that evicts is refused, as for the queue itself', async () => {
  await using server = await RedisServer.create(['--maxmemory-policy', 'allkeys-lru']);

  await expect(examineRedis(server.url)).rejects.toMatchObject({ code: 'QUEUE_UNAVAILABLE' });
});
