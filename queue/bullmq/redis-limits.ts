import type { Redis, Result } from 'ioredis';

import type {
  DomainPause,
  SharedLimits,
  TokenGrant,
  TokenRequest,
} from '../../src/domain/sending/shared-limits.ts';
import type { RedisPresence } from './redis-presence.ts';

/** Who has not asked for this long shares no rate any more. */
const workerMs = 5_000;

/** Longer than the longest pause of a domain, and than any rate takes to fill up. */
const forgottenAfterMs = 3_600_000;

/** More domains than these have never asked for patience at once. */
const maxDomains = 10_000;

/**
 * A token bucket by the clock of Redis, so that the clocks of the workers do not matter. rate-limiter-flexible
 * counts in windows of whole seconds: each would begin with a burst of the whole rate, and it counts what it
 * refuses, so that no worker gains by asking more often.
 */
const takeTokens = `
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local rate = tonumber(ARGV[1]) / 1000
local most = math.max(1, tonumber(ARGV[1]) / 10)
local bucket = redis.call('HMGET', KEYS[1], 'tokens', 'at')
local passed = math.max(0, now - (tonumber(bucket[2]) or now))
local tokens = math.min(most, (tonumber(bucket[1]) or most) + passed * rate)
local granted = math.min(tonumber(ARGV[2]), math.floor(tokens))
local left = tokens - granted
redis.call('HSET', KEYS[1], 'tokens', string.format('%.6f', left), 'at', string.format('%.3f', now))
redis.call('PEXPIRE', KEYS[1], ${forgottenAfterMs})
redis.call('ZADD', KEYS[2], now, ARGV[3])
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now - ${workerMs})
redis.call('PEXPIRE', KEYS[2], ${workerMs})
local wait = 0
if left < 1 then wait = math.ceil((1 - left) / rate) end
return { granted, wait, redis.call('ZCARD', KEYS[2]) }
`;

declare module 'ioredis' {
  interface RedisCommander<Context> {
    takeTokens(
      bucket: string,
      workers: string,
      perSecond: number,
      wanted: number,
      worker: string,
    ): Result<[granted: number, waitMs: number, workers: number], Context>;
  }
}

/** The limits that all workers share, in Redis. */
export class RedisLimits implements SharedLimits {
  readonly #client: Redis;
  readonly #prefix: string;
  readonly #presence: RedisPresence;

  constructor(client: Redis, options: { readonly prefix: string; readonly presence: RedisPresence }) {
    this.#client = client;
    this.#prefix = options.prefix;
    this.#presence = options.presence;
    client.defineCommand('takeTokens', { numberOfKeys: 2, lua: takeTokens });
  }

  async takeTokens({ relay, perSecond, worker, wanted }: TokenRequest): Promise<TokenGrant> {
    await this.#requireRedis();
    const bucket = `${this.#prefix}:rate:${relay}`;
    const [granted, waitMs, workers] = await this.#client.takeTokens(
      bucket,
      `${bucket}:holders`,
      perSecond,
      wanted,
      worker,
    );
    return { granted, waitMs, workers };
  }

  async tellPause({ domain, untilMs, lengthMs }: DomainPause): Promise<void> {
    await this.#requireRedis();
    await this.#client.zadd(this.#pauses, untilMs, `${lengthMs} ${domain}`);
    await this.#client.pexpire(this.#pauses, forgottenAfterMs);
  }

  async pauses(now: number): Promise<readonly DomainPause[]> {
    await this.#requireRedis();
    await this.#client.zremrangebyscore(this.#pauses, '-inf', now);
    const found = await this.#client.zrange(this.#pauses, 0, String(maxDomains - 1), 'WITHSCORES');
    return found.flatMap((entry, index) => {
      const [, length, domain] = index % 2 === 0 ? (/^(\d+) (.+)$/u.exec(entry) ?? []) : [];
      if (length === undefined || domain === undefined) return [];
      return [{ domain, untilMs: Number(found[index + 1]), lengthMs: Number(length) }];
    });
  }

  /** Waits for the first connection; after that every call returns or rejects at once. */
  async #requireRedis(): Promise<void> {
    if (!(await this.#presence.isHere())) throw new Error('Redis is away');
  }

  get #pauses(): string {
    return `${this.#prefix}:pauses`;
  }
}
