import type { Rate } from './rate.ts';

/** A rate limit that lets short bursts of a tenth of a second through. Times are milliseconds. */
export class TokenBucket implements Rate {
  readonly #perMs: number;
  readonly #max: number;
  #tokens: number;
  #filledAt: number;

  constructor(options: { readonly perSecond: number; readonly now: number }) {
    this.#perMs = options.perSecond / 1000;
    this.#max = Math.max(1, options.perSecond / 10);
    this.#tokens = this.#max;
    this.#filledAt = options.now;
  }

  /** Takes one where there is one. */
  take(now: number): boolean {
    this.#fill(now);
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }

  /** Gives one back that was not used. */
  giveBack(): void {
    this.#tokens = Math.min(this.#tokens + 1, this.#max);
  }

  /** When there is one; `now` where there is. */
  readyAt(now: number): number {
    this.#fill(now);
    return this.#tokens >= 1 ? now : now + (1 - this.#tokens) / this.#perMs;
  }

  #fill(now: number): void {
    this.#tokens = Math.min(this.#tokens + (now - this.#filledAt) * this.#perMs, this.#max);
    this.#filledAt = now;
  }
}
