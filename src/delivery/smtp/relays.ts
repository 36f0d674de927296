import type { ConnectionOptions } from 'node:tls';

import type { RelayCheck, AcquireOptions, RelaySessions } from '../../app/ports/relays.ts';
import { isLoopback } from '../../domain/sending/relay.ts';
import type { RelayConfig } from '../../domain/sending/relay.ts';
import type { AppError } from '../../errors/app-error.ts';
import type { OpenRate } from '../../limits/rate.ts';
import { TokenBucket } from '../../limits/token-bucket.ts';
import type { Log } from '../../log/log.ts';
import { ehloName } from './ehlo-name.ts';
import { PooledSession } from './pooled-session.ts';
import { RelayPool } from './relay-pool.ts';
import type { RelayState, RelayStats } from './relay-pool.ts';
import { SmtpSession } from './smtp-session.ts';
import type { SessionTimeouts } from './smtp-session.ts';

export interface RelaysOptions {
  readonly relays: readonly RelayConfig[];
  readonly log: Log;
  /** Names of this sender, the preferred ones first, see `ehlo-name.ts`. */
  readonly ehloNames: readonly string[];
  /** Each process by itself unless set. */
  readonly openRate?: OpenRate;
  /** Uniform in [0, 1). */
  readonly random?: () => number;
  readonly tls?: ConnectionOptions;
  readonly handshakeMs?: number;
  readonly timeouts?: Partial<SessionTimeouts>;
  readonly breaker?: { readonly minMs: number; readonly maxMs: number };
  /** An unused session is closed after this long; 60 s unless set. */
  readonly idleMs?: number;
  /** Closing waits this long for answers still owed; 8 s unless set. */
  readonly closeMs?: number;
  /** Called once each time a relay goes down or comes up. */
  readonly onTrouble?: (event: RelayEvent) => void;
}

export interface RelayEvent {
  readonly relay: string;
  readonly state: RelayState;
  readonly trouble?: AppError;
}

/** How long a message whose idle connection was closed waits for another one. */
const replaceMs = 5000;

interface Waiter {
  readonly max: number;
  /** Identifies the caller. */
  readonly signal: AbortSignal;
  readonly options: AcquireOptions;
  readonly resolve: (sessions: readonly PooledSession[]) => void;
}

/**
 * The relays of one worker, shared by all it sends. Sessions open as they are asked for. A relay that
 * cannot be used is left alone for a while and mail goes to the others; while none can be used,
 * all callers wait and no attempt is counted.
 */
export class Relays implements RelaySessions {
  readonly #options: RelaysOptions;
  readonly #pools: readonly RelayPool[];
  readonly #waiters: Waiter[] = [];
  #wakeTimer: NodeJS.Timeout | undefined;
  readonly #sweepTimer: NodeJS.Timeout;
  readonly #stopped = new AbortController();
  #whenQuiet: () => void = () => {};

  constructor(options: RelaysOptions) {
    this.#options = options;
    const idleMs = options.idleMs ?? 60_000;
    this.#pools = options.relays.map(
      (relay) =>
        new RelayPool(relay, {
          breaker: { minMs: 500, maxMs: 30_000 },
          random: Math.random,
          openRate: ({ perSecond }) => new TokenBucket({ perSecond, now: performance.now() }),
          ...options,
          idleMs,
          ehloName: ehloName(options.ehloNames, { isLoopback: isLoopback(relay.host) }),
          onChange: () => this.#pump(),
          onState: (pool, trouble) => this.#report(pool, trouble),
        }),
    );
    this.#sweepTimer = setInterval(() => this.#sweep(), Math.max(idleMs / 4, 10)).unref();
  }

  /** See the port. The signal also identifies the caller, whose own waiting takes no session away from it. */
  acquire(max: number, signal: AbortSignal, options: AcquireOptions = {}): Promise<readonly PooledSession[]> {
    if (signal.aborted || max < 1) return Promise.resolve([]);
    const isFirst = !this.#stopped.signal.aborted && this.#waiters.length === 0;
    const sessions = isFirst ? this.#collect({ max, signal, options }, performance.now()) : [];
    if (sessions.length > 0) return Promise.resolve(sessions);
    const { promise, resolve } = Promise.withResolvers<readonly PooledSession[]>();
    const abort = () => settle([]);
    const settle = (sessions: readonly PooledSession[]) => {
      signal.removeEventListener('abort', abort);
      const index = this.#waiters.indexOf(waiter);
      if (index !== -1) this.#waiters.splice(index, 1);
      resolve(sessions);
    };
    const waiter: Waiter = { max, signal, options, resolve: settle };
    signal.addEventListener('abort', abort, { once: true });
    this.#waiters.push(waiter);
    this.#pump();
    return promise;
  }

  stats(): readonly RelayStats[] {
    return this.#pools.map((pool) => pool.stats);
  }

  /** Connects to each relay once and returns the results in the order of the configuration. */
  verify(signal: AbortSignal): Promise<readonly RelayCheck[]> {
    return Promise.all(this.#options.relays.map((relay) => this.#check(relay, signal)));
  }

  /** Cuts every connection at once; what is in flight is answered with how far it had come. */
  destroy(): void {
    this.#stop();
    for (const pool of this.#pools) pool.destroy();
  }

  /** Waits for the answers still owed, up to a limit, then closes everything. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop();
    for (const pool of this.#pools) pool.stop();
    if (this.#isBusy) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#whenQuiet = resolve;
      const timer = setTimeout(resolve, this.#options.closeMs ?? 8000);
      await promise;
      clearTimeout(timer);
    }
    this.destroy();
    await Promise.all(this.#pools.map((pool) => pool.closed()));
  }

  get #isBusy(): boolean {
    return this.#pools.some((pool) => pool.openCount > 0);
  }

  #stop(): void {
    this.#stopped.abort();
    clearTimeout(this.#wakeTimer);
    clearInterval(this.#sweepTimer);
    // Callers still waiting return when their signal aborts.
  }

  /** Serves those who wait, first come first served, and opens what is missing. */
  #pump(): void {
    if (this.#stopped.signal.aborted) {
      if (!this.#isBusy) this.#whenQuiet();
      return;
    }
    const now = performance.now();
    for (let waiter = this.#waiters[0]; waiter !== undefined; waiter = this.#waiters[0]) {
      const sessions = this.#collect(waiter, now);
      if (sessions.length === 0) break;
      waiter.resolve(sessions);
    }
    this.#openMissing(now);
    this.#wakeLater(now);
  }

  #collect({ max, signal, options }: Omit<Waiter, 'resolve'>, now: number): PooledSession[] {
    const sessions: PooledSession[] = [];
    const replace = () => this.#replace();
    const isWantedByOthers = () => this.#waiters.some((waiter) => waiter.signal !== signal);
    let pools = this.#eligible().filter((pool) => pool.hasRoom);
    while (sessions.length < max) {
      const pool = leastLoaded(pools, (candidate) => candidate.takenCount);
      if (pool === undefined) break;
      const session = pool.take(now);
      if (session === undefined) pools = pools.filter((other) => other !== pool);
      else sessions.push(new PooledSession({ pool, session, replace, isWantedByOthers, ...options }));
    }
    return sessions;
  }

  async #replace(): Promise<PooledSession | undefined> {
    const signal = AbortSignal.any([AbortSignal.timeout(replaceMs), this.#stopped.signal]);
    const [lane] = await this.acquire(1, signal);
    return lane;
  }

  #openMissing(now: number): void {
    let missing = 0;
    for (const waiter of this.#waiters) missing += waiter.max;
    for (const pool of this.#pools) missing -= pool.openingCount;
    while (missing > 0) {
      // If a session is free, the rate is the limit, not the number of sessions.
      const pools = this.#eligible().filter((pool) => !pool.hasRoom && pool.mayOpen(now));
      const pool = leastLoaded(pools, (candidate) => candidate.openCount + candidate.openingCount);
      if (pool === undefined) return;
      pool.open();
      missing -= 1;
    }
  }

  /** Reserves, of weight 0, only count while every other relay is down. */
  #eligible(): readonly RelayPool[] {
    const weighted = this.#pools.filter((pool) => pool.relay.weight > 0);
    return weighted.some((pool) => pool.state !== 'down') ? weighted : this.#pools;
  }

  #wakeLater(now: number): void {
    clearTimeout(this.#wakeTimer);
    if (this.#waiters.length === 0) return;
    const at = Math.min(...this.#pools.map((pool) => pool.nextChangeAt(now)));
    if (at === Number.POSITIVE_INFINITY) return;
    this.#wakeTimer = setTimeout(() => this.#pump(), Math.ceil(at - now));
  }

  #sweep(): void {
    const now = performance.now();
    for (const pool of this.#pools) pool.sweep(now);
  }

  #report({ relay, state }: RelayPool, trouble?: AppError): void {
    const { log, onTrouble } = this.#options;
    if (state === 'down') log.warn({ relay: relay.name, reason: trouble?.message }, 'relay is down');
    else log.info({ relay: relay.name }, 'relay is up');
    onTrouble?.({ relay: relay.name, state, ...(trouble === undefined ? {} : { trouble }) });
  }

  async #check(relay: RelayConfig, signal: AbortSignal): Promise<RelayCheck> {
    const name = relay.name;
    try {
      const greeting = ehloName(this.#options.ehloNames, { isLoopback: isLoopback(relay.host) });
      const options = { ...this.#options, relay, ehloName: greeting, signal };
      await using session = await SmtpSession.open(options);
      const text = session.isEncrypted ? 'ready, encrypted' : 'ready, not encrypted';
      return { relay: name, ok: true, text, encrypted: session.isEncrypted };
    } catch (error) {
      const text = signal.aborted ? `The relay ${name} did not answer in time.` : (error as Error).message;
      return { relay: name, ok: false, text, encrypted: false };
    }
  }
}

function leastLoaded(
  pools: readonly RelayPool[],
  loadOf: (pool: RelayPool) => number,
): RelayPool | undefined {
  let best: RelayPool | undefined;
  let min = Number.POSITIVE_INFINITY;
  for (const pool of pools) {
    // A reserve comes after all that have a weight.
    const load = (loadOf(pool) + 1) / (pool.relay.weight || 1e-9);
    if (load < min) [best, min] = [pool, load];
  }
  return best;
}
