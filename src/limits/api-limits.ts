import type { Redis } from 'ioredis';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';

import type { ApiLimits } from '../app/ports/accounts.ts';
import type { Limit } from './signup-limits.ts';

/** Counts requests of the API by token, in Redis if there is one, else in the memory of this process. */
export function createApiLimits(
  { points, seconds }: Limit,
  { redis }: { readonly redis?: Redis | undefined },
): ApiLimits {
  const rate = { points, duration: seconds };
  const memory = new RateLimiterMemory(rate);
  const limiter =
    redis === undefined
      ? memory
      : new RateLimiterRedis({
          ...rate,
          storeClient: redis,
          keyPrefix: 'daybrief:api',
          rejectIfRedisNotReady: true,
          insuranceLimiter: memory,
        });
  return {
    async take(tokenId) {
      try {
        return { isExceeded: false, ...toLimit(await limiter.consume(String(tokenId)), rate) };
      } catch (error) {
        if (!(error instanceof RateLimiterRes)) throw error;
        return { isExceeded: true, ...toLimit(error, rate) };
      }
    },
  };
}

function toLimit(
  { remainingPoints, msBeforeNext }: RateLimiterRes,
  rate: { readonly points: number; readonly duration: number },
) {
  return {
    quota: rate.points,
    windowSeconds: rate.duration,
    remaining: Math.max(0, remainingPoints),
    resetSeconds: Math.max(1, Math.ceil(msBeforeNext / 1_000)),
  };
}
