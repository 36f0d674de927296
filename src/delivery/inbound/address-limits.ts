/** So many unknown recipients in the window below are guessing. */
const maxRefusals = 100;
const windowMs = 600_000;
/** Counters at most: one for each network address, the oldest is dropped. */
const maxCounters = 10_000;

/** Keeps out clients that guess addresses. Reports to valid VERP addresses are never limited. */
export class AddressLimits {
  readonly #refusals = new Map<string, { readonly since: number; count: number }>();

  allowsConnection(address: string, now = Date.now()): boolean {
    const found = this.#refusals.get(address);
    return found === undefined || now - found.since > windowMs || found.count < maxRefusals;
  }

  countRefusal(address: string, now = Date.now()): void {
    const found = this.#refusals.get(address);
    if (found !== undefined && now - found.since <= windowMs) {
      found.count += 1;
      return;
    }
    this.#refusals.delete(address);
    this.#refusals.set(address, { since: now, count: 1 });
    const [oldest] = this.#refusals.keys();
    if (this.#refusals.size > maxCounters && oldest !== undefined) this.#refusals.delete(oldest);
  }
}
