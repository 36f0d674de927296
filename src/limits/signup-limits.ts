import type { Redis } from 'ioredis';
import ipaddr from 'ipaddr.js';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import type { RateLimiterAbstract } from 'rate-limiter-flexible';

import type { SignupLimits } from '../app/ports/signup.ts';

/** Networks share so many counters, so that an attack from a million of them takes a few megabytes. */
const networkCounters = 2 ** 17;

/** At most `points` attempts in a sliding window of `seconds`. */
export interface Limit {
  readonly points: number;
  readonly seconds: number;
}

export interface SignupRates {
  readonly perAddress: Limit;
  readonly perNetwork: Limit;
  readonly overall: Limit;
}

export interface SignupLimitsOptions {
  /**
   * Keyed hash of at least 16 octets. Counters are named by it, so that a counter's name reveals no address
   * and nobody can choose an address that shares a counter with another.
   */
  readonly hash: (text: string) => Buffer;
  /** Counts for all processes; in this one's memory where it is absent or away. */
  readonly redis?: Redis | undefined;
}

/**
 * Counts attempts to sign up. The whole is counted before addresses are: what is allowed in all bounds how
 * many of them are kept.
 */
export function createSignupLimits(rates: SignupRates, { hash, redis }: SignupLimitsOptions): SignupLimits {
  const limiters = {
    network: limiter(rates.perNetwork, { name: 'network', redis }),
    overall: limiter(rates.overall, { name: 'overall', redis }),
    address: limiter(rates.perAddress, { name: 'address', redis }),
  };
  return {
    async take({ canonical, network }) {
      const keys = {
        network: counterOf(hash(networkOf(network))),
        overall: 'all',
        address: hash(canonical).toString('base64url').slice(0, 22),
      };
      for (const limit of ['network', 'overall', 'address'] as const) {
        const exceeded = await consume(limiters[limit], keys[limit]);
        if (exceeded !== undefined) return { ok: false, limit, ...exceeded };
      }
      return { ok: true };
    },
  };
}

function limiter(
  { points, seconds }: Limit,
  { name, redis }: { readonly name: string; readonly redis: Redis | undefined },
): RateLimiterAbstract {
  const memory = new RateLimiterMemory({ points, duration: seconds });
  if (redis === undefined) return memory;
  return new RateLimiterRedis({
    storeClient: redis,
    keyPrefix: `daybrief:signups:${name}`,
    points,
    duration: seconds,
    // A signup never waits for an unavailable Redis.
    rejectIfRedisNotReady: true,
    insuranceLimiter: memory,
  });
}

/** Nothing where there is room, else how long until there is. */
async function consume(
  limited: RateLimiterAbstract,
  key: string,
): Promise<{ readonly retryAfterMs: number; readonly isFirst: boolean } | undefined> {
  try {
    await limited.consume(key);
    return undefined;
  } catch (error) {
    if (!(error instanceof RateLimiterRes)) throw error;
    const { msBeforeNext, consumedPoints } = error;
    return { retryAfterMs: msBeforeNext, isFirst: consumedPoints === limited.points + 1 };
  }
}

/** An IPv4 address, or the /64 that one IPv6 customer has at the least (RFC 6177). */
function networkOf(address: string): string {
  if (!ipaddr.isValid(address)) return 'unknown';
  const parsed = ipaddr.process(address);
  return parsed instanceof ipaddr.IPv6
    ? `${parsed.parts
        .slice(0, 4)
        .map((part) => part.toString(16))
        .join(':')}::/64`
    : parsed.toString();
}

function counterOf(network: Buffer): string {
  return String(network.readUInt32BE(0) % networkCounters);
}
