import type { DomainPause } from '../domain/sending/shared-limits.ts';

export interface PacerOptions {
  /** The first pause; one minute unless set. */
  readonly leastMs?: number;
  /** The longest; 15 minutes unless set. */
  readonly mostMs?: number;
}

/** More domains than this have never asked for patience at once; beyond it the oldest is forgotten. */
const maxDomains = 10_000;

/**
 * How long receiving domains that asked us to slow down are left alone. The pause doubles each time a
 * domain asks again soon after the last one ended, and is forgotten step by step while it does not.
 */
export class DomainPacer {
  readonly #leastMs: number;
  readonly #mostMs: number;
  readonly #pauses = new Map<string, DomainPause>();

  constructor(options: PacerOptions = {}) {
    this.#leastMs = options.leastMs ?? 60_000;
    this.#mostMs = options.mostMs ?? 15 * 60_000;
  }

  /** Epoch milliseconds; at most `now` where the domain may be served. */
  pausedUntil(domain: string, now: number): number {
    // Nearly always empty, and asked for every recipient.
    if (this.#pauses.size === 0) return 0;
    const pause = this.#pauses.get(domain.toLowerCase());
    return pause !== undefined && pause.untilMs > now ? pause.untilMs : 0;
  }

  /**
   * The domain asked for less at `now`. Answers to what was in flight with it change nothing more.
   *
   * @returns the pause that has begun by this, if one has.
   */
  slowDown(domain: string, now: number): DomainPause | undefined {
    const key = domain.toLowerCase();
    const last = this.#pauses.get(key);
    if (last !== undefined && last.untilMs > now) return undefined;
    const lengthMs = Math.min(this.#nextLength(last, now), this.#mostMs);
    const pause = { domain: key, untilMs: now + lengthMs, lengthMs };
    this.learn(pause);
    return pause;
  }

  /** Another has been asked. The longer pause counts. */
  learn(pause: DomainPause): void {
    const known = this.#pauses.get(pause.domain);
    if (known !== undefined && known.untilMs >= pause.untilMs) return;
    this.#pauses.delete(pause.domain);
    this.#pauses.set(pause.domain, pause);
    if (this.#pauses.size > maxDomains) this.#forgetOldest();
  }

  /** Each stretch without complaint as long as the pause itself halves what the next one starts from. */
  #nextLength(last: DomainPause | undefined, now: number): number {
    if (last === undefined) return this.#leastMs;
    const halvings = Math.floor((now - last.untilMs) / last.lengthMs);
    return Math.max((last.lengthMs * 2) / 2 ** Math.min(halvings, 60), this.#leastMs);
  }

  #forgetOldest(): void {
    const [oldest] = this.#pauses.keys();
    if (oldest !== undefined) this.#pauses.delete(oldest);
  }
}
