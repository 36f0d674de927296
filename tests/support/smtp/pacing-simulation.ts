import type { ProviderPaces } from '../../../src/app/ports/pacing.ts';
import type { ProviderPace } from '../../../src/domain/sending/provider-pace.ts';
import { providerOfDomain } from '../../../src/domain/sending/providers.ts';
import { readAnswer } from '../../../src/domain/sending/read-answer.ts';
import { DomainPacer } from '../../../src/limits/domain-pacer.ts';
import { ProviderPacer } from '../../../src/limits/provider-pacer.ts';

/** Paces in memory, which change one at a time as rows of a database do. */
class MemoryPaces implements ProviderPaces {
  readonly states = new Map<string, ProviderPace>();
  isAway = false;

  async all(): Promise<readonly ProviderPace[]> {
    if (this.isAway) throw new Error('The database is away.');
    return [...this.states.values()];
  }

  async change<T>(
    group: string,
    step: (pace: ProviderPace | undefined) => { readonly pace: ProviderPace; readonly result: T },
  ): Promise<T> {
    await Promise.resolve();
    if (this.isAway) throw new Error('The database is away.');
    const { pace, result } = step(this.states.get(group));
    this.states.set(group, pace);
    return result;
  }
}

/** A provider that takes so many messages in each second and refuses the others with its own words. */
export interface SimulatedProvider {
  readonly domain: string;
  readonly reply: string;
  perSecond: number;
}

interface Message {
  readonly begunAt: number;
  readonly answerAt: number;
  readonly worker: number;
  readonly provider: SimulatedProvider;
}

export interface Result {
  readonly begunAt: number;
  readonly at: number;
  readonly isAccepted: boolean;
}

const stepMs = 10;
const latencyMs = 40;
/** Providers by their own domains. */
export const groups = {
  known: (domain: string) => ({ group: providerOfDomain(domain) ?? domain, isFinal: true }),
  find: async (domain: string) => providerOfDomain(domain) ?? domain,
};

/** Workers that send to simulated providers as fast as they may, on a clock that the simulation moves. */
export class PacingSimulation implements Disposable {
  now = Date.parse('2026-11-27T06:00:00Z');
  readonly paces = new MemoryPaces();
  readonly results = new Map<SimulatedProvider, Result[]>();
  readonly #workers: readonly ProviderPacer[];
  readonly #sessions: number;
  readonly #taken = new Map<SimulatedProvider, { second: number; count: number }>();
  #inFlight: Message[] = [];
  #listenedAt = 0;

  constructor(options: { workers?: number; sessions?: number; limitsFromStart?: boolean } = {}) {
    const { workers = 1, sessions = 40, limitsFromStart = false } = options;
    this.#sessions = sessions;
    this.#workers = Array.from(
      { length: workers },
      (_, index) =>
        new ProviderPacer({
          pauses: new DomainPacer(),
          groups,
          paces: this.paces,
          worker: `worker ${index}`,
          clock: () => this.now,
          limitsFromStart,
        }),
    );
  }

  /** Sends to each of the providers for so long; each worker has its sessions for each of them. */
  async run(providers: readonly SimulatedProvider[], forMs: number): Promise<void> {
    for (const end = this.now + forMs; this.now < end; this.now += stepMs) {
      this.#answer();
      for (const provider of providers) this.#begin(provider);
      if (this.now - this.#listenedAt >= 1_000) {
        this.#listenedAt = this.now;
        for (const worker of this.#workers) await worker.listen();
      }
      // What workers ask the database is answered before the next step.
      for (let microtask = 0; microtask < 6; microtask += 1) await Promise.resolve();
    }
  }

  resultsOf(provider: SimulatedProvider): readonly Result[] {
    return this.results.get(provider) ?? [];
  }

  [Symbol.dispose](): void {
    for (const worker of this.#workers) worker[Symbol.dispose]();
  }

  #begin(provider: SimulatedProvider): void {
    for (const [index, worker] of this.#workers.entries()) {
      if (worker.pausedUntil(provider.domain, this.now) > this.now) continue;
      const busy = this.#inFlight.filter((one) => one.worker === index && one.provider === provider);
      for (let free = this.#sessions - busy.length; free > 0; free -= 1) {
        if (!worker.take(provider.domain, this.now)) break;
        this.#inFlight.push({ begunAt: this.now, answerAt: this.now + latencyMs, worker: index, provider });
      }
    }
  }

  #answer(): void {
    const due = this.#inFlight.filter(({ answerAt }) => answerAt <= this.now);
    if (due.length === 0) return;
    this.#inFlight = this.#inFlight.filter(({ answerAt }) => answerAt > this.now);
    for (const { begunAt, worker, provider } of due) {
      const isAccepted = this.#takes(provider);
      const results = this.results.get(provider) ?? [];
      results.push({ begunAt, at: this.now, isAccepted });
      this.results.set(provider, results);
      if (isAccepted) this.#workers[worker]?.accepted(provider.domain, this.now);
      else this.#signal(worker, provider);
    }
  }

  #takes(provider: SimulatedProvider): boolean {
    const second = Math.floor(this.now / 1_000);
    const taken = this.#taken.get(provider);
    const count = taken?.second === second ? taken.count : 0;
    this.#taken.set(provider, { second, count: count + 1 });
    return count < provider.perSecond;
  }

  /** The reply goes through the rules for SMTP replies, as a worker's does. */
  #signal(worker: number, { domain, reply }: SimulatedProvider): void {
    const [, code = '', text = ''] = /^(\d{3}) (.*)$/u.exec(reply) ?? [];
    const enhanced = /^\d\.\d{1,3}\.\d{1,3}/u.exec(text)?.[0];
    const verdict = readAnswer(
      {
        kind: 'refused',
        relay: 'mx',
        stage: 'rcpt',
        code: Number(code),
        ...(enhanced === undefined ? {} : { enhanced }),
        text,
      },
      {
        attempts: 0,
        uncertainTimes: 0,
        policy: 'resend',
        now: this.now,
        expiresAt: this.now + 43_200_000,
        random: 0,
      },
    );
    if (!verdict.slowDomain) throw new Error(`The rules do not see a rate in: ${reply}`);
    this.#workers[worker]?.slowDown(domain, this.now, verdict.askedPauseMs, text);
  }
}
