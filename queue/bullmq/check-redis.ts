import { Redis } from 'ioredis';

import { AppError } from '../../src/errors/app-error.ts';

/** Minimum version for BullMQ 6. Valkey and other compatible servers report the Redis version that they implement. */
const leastVersion = '6.2.0';

const answerMs = 3000;

/**
 * Makes sure that a Redis can carry the queue: it answers, is new enough, takes writes and never throws
 * away what it was given.
 *
 * @throws AppError QUEUE_UNAVAILABLE saying what is in the way; never with any part of the password.
 */
export async function checkRedis(url: string): Promise<void> {
  await withRedis(url, async () => {});
}

/** Connects to a Redis that can carry the queue, and closes the connection afterwards. Throws as `checkRedis` does. */
export async function withRedis<T>(
  url: string,
  use: (client: Redis, info: string) => Promise<T>,
): Promise<T> {
  const { host } = new URL(url);
  const client = new Redis(url, {
    lazyConnect: true,
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
    connectTimeout: answerMs,
    commandTimeout: answerMs,
  });
  let trouble: Error | undefined;
  client.on('error', (error: Error) => (trouble ??= error));
  try {
    await client.connect();
    const info = await client.info();
    refuseUnfit(host, info);
    if (trouble !== undefined) throw trouble;
    return await use(client, info);
  } catch (error) {
    if (error instanceof AppError) throw error;
    // The client reports only that the connection ended; the reason was reported before.
    throw explain(host, trouble ?? (error as Error));
  } finally {
    client.disconnect();
  }
}

function refuseUnfit(host: string, info: string): void {
  const version = field(info, 'redis_version') ?? '0';
  if (isOlder(version, leastVersion)) {
    throw unavailable(
      `The Redis at ${host} has version ${version}, and the queue needs ${leastVersion} or newer.`,
      'Update it, or name another one in REDIS_URL.',
    );
  }
  if (field(info, 'role') === 'slave') {
    throw unavailable(
      `The Redis at ${host} is a replica, which takes no writes.`,
      'Name its primary in REDIS_URL.',
    );
  }
  const policy = field(info, 'maxmemory_policy') ?? 'unknown';
  if (policy !== 'noeviction') {
    throw unavailable(
      `The Redis at ${host} throws jobs away when its memory is full: its maxmemory-policy is ${policy}.`,
      'Set `maxmemory-policy noeviction` in redis.conf and restart it, or run `redis-cli config set maxmemory-policy noeviction`; a cache needs a Redis of its own.',
    );
  }
}

function explain(host: string, error: Error): AppError {
  const { message } = error;
  const code = 'code' in error ? String(error.code) : '';
  if (/^(?:WRONGPASS|NOAUTH)|invalid password|without any password/iu.test(message)) {
    return unavailable(
      `The Redis at ${host} refused the user name or password.`,
      'Check both in REDIS_URL: redis://user:password@host:6379, or redis://:password@host:6379 where there is only a password.',
      error,
    );
  }
  if (message.startsWith('NOPERM')) {
    return unavailable(
      `The Redis at ${host} does not let this user do what the queue needs.`,
      'Give the user all commands on the keys that begin with daybrief: `ACL SETUSER name ~daybrief:* &* +@all -@admin +info`.',
      error,
    );
  }
  if (/DB index/iu.test(message)) {
    return unavailable(
      `The Redis at ${host} has no database of the number in REDIS_URL.`,
      'Use a lower number after the last slash, or none.',
      error,
    );
  }
  const reason =
    reasons[code] ?? (/tim(?:ed|e) ?out/iu.test(message) ? 'it did not answer in time' : message);
  return unavailable(
    `The Redis at ${host} cannot be reached: ${reason}.`,
    'Start it, or check REDIS_URL; rediss:// where it speaks TLS. Without REDIS_URL the queue is in the process.',
    error,
  );
}

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'there is no such host',
  EAI_AGAIN: 'its name could not be looked up',
  ECONNRESET: 'it closed the connection',
  EHOSTUNREACH: 'there is no way to that host',
  ETIMEDOUT: 'it did not answer in time',
};

function unavailable(message: string, hint: string, cause?: unknown): AppError {
  return new AppError('QUEUE_UNAVAILABLE', message, { hint, cause });
}

/** A field of the answer to INFO. */
export function field(info: string, name: string): string | undefined {
  return new RegExp(`^${name}:(.*?)\\r?$`, 'mu').exec(info)?.[1];
}

function isOlder(version: string, min: string): boolean {
  return version.localeCompare(min, 'en', { numeric: true }) < 0;
}
