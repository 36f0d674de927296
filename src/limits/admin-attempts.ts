import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';

import { networksOf } from './networks-of.ts';

/** Wrong passwords that one network may send in a quarter of an hour; after that, none is compared. */
const limit = { points: 10, duration: 15 * 60 };

/** Counts wrong passwords by network, in the memory of this process. */
export class AdminAttempts {
  readonly #limiter = new RateLimiterMemory(limit);

  /** Returns the seconds until the network of this IP address may try again; 0 if it may now. */
  async blockedFor(ip: string): Promise<number> {
    const state = await this.#limiter.get(networkOf(ip));
    if (state === null || state.consumedPoints < limit.points) return 0;
    return Math.ceil(state.msBeforeNext / 1_000);
  }

  async countWrong(ip: string): Promise<void> {
    try {
      await this.#limiter.consume(networkOf(ip));
    } catch (error) {
      if (!(error instanceof RateLimiterRes)) throw error;
    }
  }
}

function networkOf(ip: string): string {
  return networksOf(ip).at(-1) ?? 'unknown';
}
