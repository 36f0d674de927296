import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';

import { describe, expect, inject, test } from 'vitest';

import { checkRedis } from '../../../queue/bullmq/check-redis.ts';
import { AppError } from '../../../src/errors/app-error.ts';
import { RedisServer } from '../../support/servers/redis-server.ts';

describe('a Redis that is fit for the queue', () => {
  test('passes, also with a password that a URL has to write differently', async () => {
    await using server = await RedisServer.create(['--requirepass', 's/c@r:t#']);

    await expect(checkRedis(inject('redisUrl') ?? '')).resolves.toBeUndefined();
    await expect(checkRedis(withLogin(server.url, ':s%2Fc%40r%3At%23'))).resolves.toBeUndefined();
  });
});

describe('a Redis that is not', () => {
  test('tells a wrong password, a wrong database and an evicting Redis apart', async () => {
    await using locked = await RedisServer.create(['--requirepass', 'hunter2']);
    await using cache = await RedisServer.create(['--maxmemory-policy', 'allkeys-lru']);

    const refusals = [
      await refusal(locked.url),
      await refusal(withLogin(locked.url, ':hunter3')),
      await refusal(withLogin(locked.url, 'nobody:hunter2')),
      await refusal(`${inject('redisUrl') ?? ''}/9999`),
      await refusal(cache.url),
    ];

    expect(refusals).toEqual([
      expect.stringContaining('refused the user name or password'),
      expect.stringContaining('refused the user name or password'),
      expect.stringContaining('refused the user name or password'),
      expect.stringContaining('has no database of the number in REDIS_URL'),
      expect.stringContaining('its maxmemory-policy is allkeys-lru'),
    ]);
    expect(refusals.join()).not.toContain('hunter');
  });

  test('is said to be too old or a replica, and what to do about it', async () => {
    const old = await sayingOfItself('redis_version:6.0.16\r\nrole:master\r\nmaxmemory_policy:noeviction');
    const replica = await sayingOfItself('redis_version:7.2.4\r\nrole:slave\r\nmaxmemory_policy:noeviction');

    expect(await refusal(old)).toContain('has version 6.0.16, and the queue needs 6.2.0 or newer');
    expect(await refusal(replica)).toContain('is a replica');
  });

  test('is said to be gone, or to be silent, within seconds', async () => {
    const server = await RedisServer.create();
    await server.freeze(3_600_000);
    expect(await refusal(server.url)).toContain('did not answer in time');

    await server[Symbol.asyncDispose]();
    expect(await refusal(server.url)).toContain('nothing listens there');
    expect(await refusal('redis://nowhere.invalid:6379')).toMatch(/no such host|could not be looked up/u);
  });
});

function withLogin(url: string, login: string): string {
  return url.replace('://', `://${login}@`);
}

/** Message and hint of what `checkRedis` throws, which is always for ops: exit status 5. */
async function refusal(url: string): Promise<string> {
  try {
    await checkRedis(url);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    expect(error.code).toBe('QUEUE_UNAVAILABLE');
    expect(error.exitStatus).toBe(5);
    expect(error.hint).toMatch(/\.$/u);
    return error.message;
  }
  throw new Error('It passed.');
}

/** A server that answers INFO with this and everything else with OK. */
async function sayingOfItself(info: string): Promise<string> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (data) => {
      for (const [, word = ''] of data.toString().matchAll(/\*\d+\r\n\$\d+\r\n(\w+)/gu)) {
        if (/^info$/iu.test(word)) socket.write(`$${info.length}\r\n${info}\r\n`);
        else socket.write('+OK\r\n');
      }
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  server.unref();
  return `redis://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
