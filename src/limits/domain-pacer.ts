import type { DomainPause } from '../domain/sending/shared-limits.ts';

export interface PacerOptions {
  /** Length of the first pause; one minute unless set. */
  readonly minMs?: number;
  /** Maximum length of a pause that no server asked for; 15 minutes unless set. */
  readonly maxMs?: number;
}

/** Maximum number of paused domains; the oldest is evicted. */
const maxDomains = 10_000;

/**
 * Pauses receiving domains that asked to slow down. The pause doubles each time a domain asks again soon after
 * the last one ended, and halves step by step while it does not.
 */
export class DomainPacer {
  readonly #minMs: number;
  readonly #maxMs: number;
  readonly #pauses = new Map<string, DomainPause>();

  constructor(options: PacerOptions = {}) {
    this.#minMs = options.minMs ?? 60_000;
    this.#maxMs = options.maxMs ?? 15 * 60_000;
  }

  /** Epoch milliseconds; at most `now` if mail may be sent to the domain. */
  pausedUntil(domain: string, now: number): number {
    // Nearly always empty, and called for every recipient.
    if (this.#pauses.size === 0) return 0;
    const pause = this.#pauses.get(domain.toLowerCase());
    return pause !== undefined && pause.untilMs > now ? pause.untilMs : 0;
  }

  /**
   * Pauses the domain from `now` on, for `askedMs` at least. Replies to deliveries that were in flight when the
   * pause began only extend it if they ask for longer.
   *
   * @returns the pause, if it is new or longer than before.
   */
  slowDown(domain: string, now: number, askedMs = 0): DomainPause | undefined {
    const key = domain.toLowerCase();
    const last = this.#pauses.get(key);
    const isPaused = last !== undefined && last.untilMs > now;
    if (isPaused && now + askedMs <= last.untilMs) return undefined;
    const ownMs = isPaused ? last.lengthMs : Math.min(this.#nextLength(last, now), this.#maxMs);
    const lengthMs = Math.max(ownMs, askedMs);
    const pause = { domain: key, untilMs: now + (isPaused ? askedMs : lengthMs), lengthMs };
    this.learn(pause);
    return pause;
  }

  /** Takes over a pause of another worker. The longer one counts. */
  learn(pause: DomainPause): void {
    const known = this.#pauses.get(pause.domain);
    if (known !== undefined && known.untilMs >= pause.untilMs) return;
    this.#pauses.delete(pause.domain);
    this.#pauses.set(pause.domain, pause);
    if (this.#pauses.size > maxDomains) this.#forgetOldest();
  }

  /** Each period as long as the last pause without another request halves the start of the next one. */
  #nextLength(last: DomainPause | undefined, now: number): number {
    if (last === undefined) return this.#minMs;
    const halvings = Math.floor((now - last.untilMs) / last.lengthMs);
    return Math.max((last.lengthMs * 2) / 2 ** Math.min(halvings, 60), this.#minMs);
  }

  #forgetOldest(): void {
    const [oldest] = this.#pauses.keys();
    if (oldest !== undefined) this.#pauses.delete(oldest);
  }
}
