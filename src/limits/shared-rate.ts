import type { SharedLimits } from '../domain/sending/shared-limits.ts';
import type { Rate } from './rate.ts';
import { TokenBucket } from './token-bucket.ts';

export interface SharedRateOptions {
  readonly limits: Pick<SharedLimits, 'takeTokens'>;
  readonly relay: string;
  readonly perSecond: number;
  /** Who asks: unique among the workers. */
  readonly worker: string;
  readonly onReady: () => void;
}

/** A worker asks for what it sends in this time at once: often enough to share, seldom enough to cost nothing. */
const portionMs = 50;

/** While Redis is unavailable a worker uses its own share and retries this often. */
const aloneMs = 1_000;

/**
 * One worker's part of a rate that all workers share. Where what they share is away, each goes on with the
 * rate divided by the workers there were.
 */
export class SharedRate implements Rate {
  readonly #options: SharedRateOptions;
  readonly #portion: number;
  #tokens = 0;
  #asking = false;
  #nextAskAt = 0;
  #workers = 1;
  #alone: TokenBucket | undefined;

  constructor(options: SharedRateOptions) {
    this.#options = options;
    this.#portion = Math.max(1, Math.ceil((options.perSecond * portionMs) / 1000));
  }

  take(now: number): boolean {
    if (this.#tokens <= this.#portion / 2) this.#ask(now);
    if (this.#tokens > 0) {
      this.#tokens -= 1;
      return true;
    }
    return this.#alone?.take(now) ?? false;
  }

  giveBack(): void {
    if (this.#alone !== undefined) this.#alone.giveBack();
    else this.#tokens = Math.min(this.#tokens + 1, this.#portion);
  }

  readyAt(now: number): number {
    if (this.#tokens > 0) return now;
    if (this.#alone !== undefined) return this.#alone.readyAt(now);
    return this.#asking ? Number.POSITIVE_INFINITY : this.#nextAskAt;
  }

  #ask(now: number): void {
    if (this.#asking || now < this.#nextAskAt) return;
    this.#asking = true;
    void this.#request(now);
  }

  async #request(now: number): Promise<void> {
    const { limits, relay, perSecond, worker, onReady } = this.#options;
    try {
      const grant = await limits.takeTokens({ relay, perSecond, worker, wanted: this.#portion });
      this.#tokens += grant.granted;
      this.#workers = Math.max(1, grant.workers);
      this.#alone = undefined;
      this.#nextAskAt = performance.now() + grant.waitMs;
    } catch {
      // `RedisPresence` logs this once for all users of Redis.
      this.#alone ??= new TokenBucket({ perSecond: perSecond / this.#workers, now });
      this.#nextAskAt = performance.now() + aloneMs;
    }
    this.#asking = false;
    onReady();
  }
}
