import type { Redis } from 'ioredis';

import type { Log } from '../../src/log/log.ts';
import { every } from '../schedulers/every.ts';

const intervalMs = 1000;

/**
 * Whether Redis is there, asked every second by a small write: one that answers but takes no writes (full,
 * a replica, still loading) is of as little use as one that is gone. Ops hear of it once each way.
 */
export class RedisPresence {
  readonly #client: Redis;
  readonly #log: Log;
  readonly #key: string;
  #state: 'unknown' | 'here' | 'away' = 'unknown';
  #asking: { stop(): Promise<void> } | undefined;
  readonly #first = Promise.withResolvers<void>();

  constructor(client: Redis, options: { readonly prefix: string; readonly log: Log }) {
    this.#client = client;
    this.#log = options.log;
    this.#key = `${options.prefix}:presence`;
  }

  /** Decided within a second the first time, at once from then on. */
  async isHere(): Promise<boolean> {
    this.#asking ??= every(
      { name: 'redis-presence', intervalMs, run: () => this.#ask() },
      { log: this.#log },
    );
    if (this.#state === 'unknown') await this.#first.promise;
    return this.#state === 'here';
  }

  /** A command has failed: until the next answer it counts as away. */
  lost(error: unknown): void {
    this.#become('away', error);
  }

  async stop(): Promise<void> {
    await this.#asking?.stop();
  }

  async #ask(): Promise<void> {
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
      // What a command says that found no connection is about ioredis, not about Redis.
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
