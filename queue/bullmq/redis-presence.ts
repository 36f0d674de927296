import type { Redis } from 'ioredis';

import type { Log } from '../../src/log/log.ts';
import { every } from '../schedulers/every.ts';

const intervalMs = 1000;

/**
 * Finds out every second, by a small write, whether Redis is available: one that replies but refuses writes
 * (full, a replica, still loading) counts as away. Logs each change once.
 */
export class RedisPresence {
  readonly #client: Redis;
  readonly #log: Log;
  readonly #key: string;
  #state: 'unknown' | 'here' | 'away' = 'unknown';
  #checks: { stop(): Promise<void> } | undefined;
  readonly #first = Promise.withResolvers<void>();

  constructor(client: Redis, options: { readonly prefix: string; readonly log: Log }) {
    this.#client = client;
    this.#log = options.log;
    this.#key = `${options.prefix}:presence`;
  }

  /** The first call takes up to a second; later ones return at once. */
  async isHere(): Promise<boolean> {
    this.#checks ??= every(
      { name: 'redis-presence', intervalMs, run: () => this.#check() },
      { log: this.#log },
    );
    if (this.#state === 'unknown') await this.#first.promise;
    return this.#state === 'here';
  }

  /** Reports a failed command: Redis counts as away until the next check succeeds. */
  lost(error: unknown): void {
    this.#become('away', error);
  }

  async stop(): Promise<void> {
    await this.#checks?.stop();
  }

  async #check(): Promise<void> {
    try {
      if (this.#client.status === 'connecting' || this.#client.status === 'connect')
        await ready(this.#client);
      await this.#client.set(this.#key, '1', 'PX', 10 * intervalMs);
      this.#become('here');
    } catch (error) {
      this.#become('away', error);
    }
    this.#first.resolve();
  }

  #become(state: 'here' | 'away', error?: unknown): void {
    if (state === this.#state) return;
    const before = this.#state;
    this.#state = state;
    if (state === 'away') {
      // The error of a command without a connection describes ioredis, not Redis.
      const reason = this.#client.status === 'ready' ? (error as Error).message : 'the connection is gone';
      this.#log.warn({ reason }, 'Redis is away: every worker finds its own work until it is back');
    } else if (before === 'away') {
      this.#log.info({}, 'Redis is back');
    }
  }
}

/** Resolves when the connection is ready or has failed, or after the command timeout. */
async function ready(client: Redis): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, intervalMs);
  for (const event of ['ready', 'close']) client.once(event, resolve);
  await promise;
  clearTimeout(timer);
  for (const event of ['ready', 'close']) client.off(event, resolve);
}
