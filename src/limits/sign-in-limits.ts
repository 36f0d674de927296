import type { Redis } from 'ioredis';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import type { RateLimiterAbstract } from 'rate-limiter-flexible';

import type { SignInLimits } from '../app/ports/accounts.ts';
import { networksOf } from './networks-of.ts';

/**
 * Attempts to sign in: from one network, for one address from one network, and for one address from anywhere. The
 * last one is wide, because a stranger who knows an address could otherwise keep its owner out.
 */
const rates = {
  network: { points: 30, duration: 15 * 60 },
  pair: { points: 10, duration: 15 * 60 },
  address: { points: 100, duration: 60 * 60 },
} as const;

/**
 * Counts attempts to sign in, in Redis if there is one, else in the memory of this process. An attempt is counted
 * before its password is compared, so that many at the same moment are no way around the limits.
 *
 * @param options.hash names the counters: they reveal no address
 */
export function createSignInLimits(options: {
  readonly hash: (text: string) => Buffer;
  readonly redis?: Redis | undefined;
}): SignInLimits {
  const { redis } = options;
  const network = limiter('network', redis);
  const pair = limiter('pair', redis);
  const address = limiter('address', redis);
  const name = (text: string) => options.hash(text).toString('base64url').slice(0, 22);
  return {
    async take({ email, ip }) {
      const from = networkOf(ip);
      const steps = [
        [network, name(from)],
        [pair, name(`${from} ${email}`)],
        [address, name(email)],
      ] as const;
      for (const [of, key] of steps) {
        const seconds = await consume(of, key);
        if (seconds > 0) return seconds;
      }
      return 0;
    },
    async forgive({ email, ip }) {
      const from = networkOf(ip);
      await Promise.all([
        network.reward(name(from)),
        pair.delete(name(`${from} ${email}`)),
        address.reward(name(email)),
      ]);
    },
  };
}

function limiter(name: keyof typeof rates, redis: Redis | undefined): RateLimiterAbstract {
  const memory = new RateLimiterMemory(rates[name]);
  if (redis === undefined) return memory;
  return new RateLimiterRedis({
    ...rates[name],
    storeClient: redis,
    keyPrefix: `daybrief:sign-in:${name}`,
    rejectIfRedisNotReady: true,
    insuranceLimiter: memory,
  });
}

/** Returns the seconds to wait; 0 if there was room. */
async function consume(of: RateLimiterAbstract, key: string): Promise<number> {
  try {
    await of.consume(key);
    return 0;
  } catch (error) {
    if (!(error instanceof RateLimiterRes)) throw error;
    return Math.max(1, Math.ceil(error.msBeforeNext / 1_000));
  }
}

function networkOf(ip: string): string {
  return networksOf(ip).at(-1) ?? 'unknown';
}
