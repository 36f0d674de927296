import type { ProviderPaces, ProviderPacing } from '../app/ports/pacing.ts';
import type { Pacer } from '../app/ports/relays.ts';
import { beginPace, slowDown, takeSlots } from '../domain/sending/provider-pace.ts';
import type { RateSignal } from '../domain/sending/provider-pace.ts';
import { isProvider } from '../domain/sending/providers.ts';
import { maskAddresses } from '../domain/subscribers/mask-addresses.ts';
import type { EpochMs } from '../domain/units.ts';
import { AcceptedCounts } from './accepted-counts.ts';
import { PacedGroup } from './paced-group.ts';

/** Which receiving domains share servers. */
export interface ProviderGroups {
  /** What is known now: a provider, or the domain itself, in lower case. */
  known(domain: string): { readonly group: string; readonly isFinal: boolean };
  /** Asks the DNS if need be; never rejects. */
  find(domain: string): Promise<string>;
}

export interface ProviderPacerOptions {
  /** Keeps the pauses of groups. */
  readonly pauses: Pacer;
  readonly groups: ProviderGroups;
  readonly paces: ProviderPaces;
  /** Unique among the workers. */
  readonly worker: string;
  readonly clock: () => EpochMs;
  /** Whether providers are limited from the first message on, not only after a reply that speaks of rate. */
  readonly limitsFromStart: boolean;
}

/** How often a worker looks what other workers have learned. */
const listenMs = 1_000;

/** Passes that wait for slots of one group, and of all groups: others wait in the ledger and occupy nothing. */
const maxPasses = 2;
const maxAllPasses = 8;

/** A batch that was left out is looked at again after a second at least and a minute at most. */
const minLaterMs = 1_000;
const maxLaterMs = 60_000;

/**
 * One worker's view of how fast mailbox providers want to be sent to. A reply that speaks of rate pauses the provider
 * and halves its pace, for this worker at once and for the others within `listenMs`.
 */
export class ProviderPacer implements Pacer, ProviderPacing, Disposable {
  readonly #options: ProviderPacerOptions;
  readonly #accepted = new AcceptedCounts();
  readonly #limited = new Map<string, PacedGroup>();
  readonly #passes = new Map<string, Set<object>>();
  readonly #listeners = new Set<() => void>();
  readonly #timer: NodeJS.Timeout;

  constructor(options: ProviderPacerOptions) {
    this.#options = options;
    this.#timer = setInterval(() => void this.listen(), listenMs).unref();
  }

  pausedUntil(domain: string, now: EpochMs): EpochMs {
    const group = this.groupOf(domain);
    const pausedUntil = this.#limited.get(group)?.pace.pausedUntil ?? 0;
    return Math.max(this.#options.pauses.pausedUntil(group, now), pausedUntil > now ? pausedUntil : 0);
  }

  slowDown(domain: string, now: EpochMs, askedMs?: number, reply = ''): void {
    const { group, isFinal } = this.#options.groups.known(domain);
    this.#signal(group, now, { askedMs, reply });
    if (isFinal) return;
    void this.#options.groups.find(domain).then((found) => {
      if (found !== group) this.#signal(found, now, { askedMs, reply });
    });
  }

  accepted(domain: string, now: EpochMs): void {
    this.#accepted.add(domain.toLowerCase(), now);
  }

  groupOf(domain: string): string {
    return this.#options.groups.known(domain).group;
  }

  isKnown(domain: string): boolean {
    if (this.#isIdle) return true;
    if (this.#options.groups.known(domain).isFinal) return true;
    void this.#options.groups.find(domain);
    return false;
  }

  take(domain: string, now: EpochMs): boolean {
    if (this.#isIdle) return true;
    const group = this.groupOf(domain);
    const paced = this.#limited.get(group) ?? this.#begin(group, now);
    return paced === undefined || paced.isUnlimited || paced.take(now);
  }

  ready(group: string, now: EpochMs): number {
    const paced = this.#limited.get(group);
    return paced === undefined || paced.isUnlimited ? Number.POSITIVE_INFINITY : paced.ready(now);
  }

  readyAt(group: string, now: EpochMs): EpochMs {
    const paced = this.#limited.get(group);
    return paced === undefined || paced.isUnlimited ? now : paced.readyAt(now);
  }

  join(pass: object, group: string): boolean {
    const passes = this.#passes.get(group) ?? new Set();
    if (passes.has(pass)) return true;
    const all = new Set<object>();
    for (const some of this.#passes.values()) for (const one of some) all.add(one);
    if (passes.size >= maxPasses || (all.size >= maxAllPasses && !all.has(pass))) return false;
    this.#passes.set(group, passes.add(pass));
    return true;
  }

  leave(pass: object): void {
    for (const [group, passes] of this.#passes) {
      if (passes.delete(pass) && passes.size === 0) this.#passes.delete(group);
    }
  }

  postpone(group: string, recipients: number, now: EpochMs): EpochMs {
    const paced = this.#limited.get(group);
    if (paced === undefined) return now + minLaterMs;
    const beginsAt = Math.max(paced.laterAt, now + minLaterMs);
    paced.laterAt = Math.min(beginsAt + (recipients * 1_000) / paced.pace.perSecond, now + 2 * maxLaterMs);
    // Half the way: the pace may grow, and an idle slot costs more than a look in vain.
    return now + Math.min(Math.max((beginsAt - now) / 2, minLaterMs), maxLaterMs);
  }

  onSlots(listener: () => void): Disposable {
    this.#listeners.add(listener);
    return { [Symbol.dispose]: () => this.#listeners.delete(listener) };
  }

  /** Reads the paces that other workers stored; called every `listenMs`. */
  async listen(): Promise<void> {
    try {
      for (const pace of await this.#options.paces.all()) this.#groupOf(pace.group, () => pace).learn(pace);
    } catch {
      // The next look is in a second, and a provider that wants less mail says so to each worker.
    }
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  get #isIdle(): boolean {
    return this.#limited.size === 0 && !this.#options.limitsFromStart;
  }

  /** Domains that are groups of their own are limited only after they spoke of rate. */
  #begin(group: string, now: EpochMs): PacedGroup | undefined {
    if (!this.#options.limitsFromStart || !isProvider(group)) return undefined;
    return this.#groupOf(group, () => beginPace(group, now));
  }

  #groupOf(group: string, pace: () => PacedGroup['pace']): PacedGroup {
    let paced = this.#limited.get(group);
    if (paced === undefined) {
      const ask = (of: string, wanted: number) => this.#askSlots(of, wanted);
      paced = new PacedGroup(pace(), ask, () => this.#notify());
      this.#limited.set(group, paced);
    }
    return paced;
  }

  /** Pauses and slows the group, here at once and then for all workers. */
  #signal(
    group: string,
    now: EpochMs,
    { askedMs, reply }: { readonly askedMs: number | undefined; readonly reply: string },
  ): void {
    const { pauses, groups, worker, paces } = this.#options;
    pauses.slowDown(group, now, askedMs);
    const signal: RateSignal & { readonly group: string } = {
      group,
      worker,
      acceptedPerSecond: (until) =>
        this.#accepted.perSecond((domain) => groups.known(domain).group === group, until),
      pausedUntil: Math.max(pauses.pausedUntil(group, now), now),
      reply: maskAddresses(reply).slice(0, 300),
    };
    const before = this.#limited.get(group)?.pace;
    const after = slowDown(before, signal, now);
    this.#groupOf(group, () => after).learn(after);
    // Replies to messages that were in flight tell nothing new.
    if (
      before !== undefined &&
      after.pausedUntil === before.pausedUntil &&
      after.signalAt === before.signalAt
    )
      return;
    const step = (stored: PacedGroup['pace'] | undefined) => {
      const pace = slowDown(stored, signal, now);
      return { pace, result: pace };
    };
    paces.change(group, step).then(
      (pace) => this.#limited.get(group)?.learn(pace),
      () => {},
    );
  }

  async #askSlots(group: string, wanted: number) {
    const now = this.#options.clock();
    return this.#options.paces.change(group, (stored) => {
      const pace = stored ?? this.#limited.get(group)?.pace ?? beginPace(group, now);
      const result = takeSlots(pace, wanted, now);
      return { pace: result.pace, result };
    });
  }

  #notify(): void {
    for (const listener of this.#listeners) listener();
  }
}
