import type { Redis } from 'ioredis';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import type { RateLimiterAbstract } from 'rate-limiter-flexible';

import type { SignupLimits } from '../app/ports/signup.ts';
import { mailboxKey } from '../domain/subscribers/mailbox-key.ts';
import { networksOf } from './networks-of.ts';

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
   * and no one can choose an address that shares a counter with another.
   */
  readonly hash: (text: string) => Buffer;
  /** Counts for all processes; in this one's memory where it is absent or away. */
  readonly redis?: Redis | undefined;
}

/** How many times the limit of a network its wider networks may use: an IPv6 /64, /56 and /48. */
const widerNetworks = [1, 4, 16] as const;

/** No network may use more of the overall limit, so that one attacker cannot refuse signups to everyone. */
const shareOfOverall = 1 / 10;

/**
 * Counts attempts to sign up. Networks are counted before the sum, and the sum before addresses, so that the
 * overall limit bounds the number of counters of addresses.
 */
export function createSignupLimits(rates: SignupRates, { hash, redis }: SignupLimitsOptions): SignupLimits {
  const { perNetwork, overall: whole } = rates;
  const networks = widerNetworks.map((factor) => {
    const points = perNetwork.points * factor;
    return limiter(
      { ...perNetwork, points },
      { name: factor === 1 ? 'network' : `network-${factor}`, redis },
    );
  });
  const sharePoints = Math.max(1, Math.floor(whole.points * shareOfOverall));
  const share = limiter({ ...whole, points: sharePoints }, { name: 'share', redis });
  const overall = limiter(whole, { name: 'overall', redis });
  const address = limiter(rates.perAddress, { name: 'address', redis });
  const stepsOf = (ip: string, canonical: string | undefined): readonly Step[] => {
    const names = networksOf(ip);
    const widest = counterOf(hash(names.at(-1) ?? ''));
    const all: Step[] = names.flatMap((name, index) => {
      const of = networks[index];
      return of === undefined ? [] : [{ limit: 'network', of, key: counterOf(hash(name)) }];
    });
    all.push({ limit: 'network', of: share, key: widest });
    if (canonical === undefined) return all;
    const mailbox = hash(mailboxKey(canonical)).toString('base64url').slice(0, 22);
    all.push({ limit: 'overall', of: overall, key: 'all' }, { limit: 'address', of: address, key: mailbox });
    return all;
  };
  return {
    async take({ canonical, network }) {
      for (const { limit, of, key } of stepsOf(network, canonical)) {
        const exceeded = await consume(of, key);
        if (exceeded !== undefined) return { ok: false, limit, ...exceeded };
      }
      return { ok: true };
    },
  };
}

interface Step {
  readonly limit: 'network' | 'overall' | 'address';
  readonly of: RateLimiterAbstract;
  readonly key: string;
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

function counterOf(network: Buffer): string {
  return String(network.readUInt32BE(0) % networkCounters);
}
