import type { SharedLimits } from '../domain/sending/shared-limits.ts';
import { DomainPacer } from './domain-pacer.ts';

/** Maximum delay until a worker knows of a pause that a domain asked another worker for. */
const listenMs = 1_000;

/**
 * What one worker knows of receiving domains that asked for a pause, together with what the others
 * have reported. While Redis is unavailable, each worker learns it from the domain itself.
 */
export class SharedPacer implements Disposable {
  readonly #own = new DomainPacer();
  readonly #limits: Pick<SharedLimits, 'tellPause' | 'pauses'>;
  readonly #clock: () => number;
  readonly #timer: NodeJS.Timeout;
  #listening = false;

  constructor(limits: Pick<SharedLimits, 'tellPause' | 'pauses'>, options: { readonly clock: () => number }) {
    this.#limits = limits;
    this.#clock = options.clock;
    this.#timer = setInterval(() => void this.#listen(), listenMs);
    void this.#listen();
  }

  pausedUntil(domain: string, now: number): number {
    return this.#own.pausedUntil(domain, now);
  }

  slowDown(domain: string, now: number, askedMs?: number): void {
    const pause = this.#own.slowDown(domain, now, askedMs);
    // A failed write is ignored: the domain will defer the other workers itself.
    if (pause !== undefined) this.#limits.tellPause(pause).catch(() => {});
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  async #listen(): Promise<void> {
    if (this.#listening) return;
    this.#listening = true;
    try {
      for (const pause of await this.#limits.pauses(this.#clock())) this.#own.learn(pause);
    } catch {
      // `RedisPresence` logs this once for all users of Redis.
    }
    this.#listening = false;
  }
}
