import type { EpochMs } from '../domain/units.ts';

interface Interval {
  readonly at: EpochMs;
  readonly domains: Map<string, number>;
}

/** Fine enough to tell what was taken before a provider spoke of rate from what was taken after it. */
const intervalMs = 50;
/** Longer than a burst, short enough to be about the present. */
const windowMs = 10_000;

/** How many messages receiving domains took in the last ten seconds, as this worker saw it. */
export class AcceptedCounts {
  readonly #intervals: Interval[] = [];

  add(domain: string, now: EpochMs): void {
    let newest = this.#intervals.at(-1);
    if (newest === undefined || now >= newest.at + intervalMs) {
      newest = { at: Math.floor(now / intervalMs) * intervalMs, domains: new Map() };
      this.#intervals.push(newest);
      if (this.#intervals.length > windowMs / intervalMs) this.#intervals.shift();
    }
    newest.domains.set(domain, (newest.domains.get(domain) ?? 0) + 1);
  }

  /** The average until then of the domains for which `isIn` is true, since the first message within ten seconds. */
  perSecond(isIn: (domain: string) => boolean, until: EpochMs): number {
    let since = until;
    let accepted = 0;
    for (const { at, domains } of this.#intervals) {
      if (at <= until - windowMs || at >= until) continue;
      for (const [domain, count] of domains) {
        if (!isIn(domain)) continue;
        since = Math.min(since, at);
        accepted += count;
      }
    }
    return (accepted * 1_000) / Math.max(until - since, 1_000);
  }
}
