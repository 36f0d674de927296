export interface BreakerOptions {
  readonly minMs: number;
  readonly maxMs: number;
  /** Uniform in [0, 1): spreads the probes of many workers. */
  readonly random: () => number;
}

/**
 * Whether new connections to one relay are worth trying. It starts half-open: until one connection has
 * succeeded, and again after each failure's pause, a single one probes. Pauses double.
 */
export class Breaker {
  readonly #options: BreakerOptions;
  #isClosed = false;
  #failures = 0;
  #openUntil = 0;
  #lastFailureAt = Number.NEGATIVE_INFINITY;

  constructor(options: BreakerOptions) {
    this.#options = options;
  }

  /** Failures in a row. */
  get failures(): number {
    return this.#failures;
  }

  /** From when a connection may be tried. */
  get openUntil(): number {
    return this.#openUntil;
  }

  /** How many connections may be on their way at a time: none, a probe, or any number. */
  allowance(now: number): number {
    if (now < this.#openUntil) return 0;
    return this.#isClosed ? Number.POSITIVE_INFINITY : 1;
  }

  succeed(): void {
    this.#isClosed = true;
    this.#failures = 0;
    this.#openUntil = 0;
  }

  /** @param startedAt of the attempt: those under way together fail only once. */
  fail(startedAt: number, now: number): void {
    if (startedAt < this.#lastFailureAt) return;
    const { minMs, maxMs, random } = this.#options;
    const pauseMs = Math.min(minMs * 2 ** Math.min(this.#failures, 30), maxMs);
    this.#isClosed = false;
    this.#failures += 1;
    this.#lastFailureAt = now;
    this.#openUntil = now + pauseMs * (0.75 + 0.25 * random());
  }
}
