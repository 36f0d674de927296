import { Redis } from 'ioredis';
import type { RedisOptions } from 'ioredis';

/** What is asked of Redis in passing gets this long; then its answer does not matter any more. */
const commandTimeoutMs = 1000;

/** How long closing waits for Redis before it cuts the connections. */
const goodbyeMs = 1000;

/**
 * The connections of one process to one Redis. They come back by themselves after any interruption,
 * within a second of the server's return, and are gone for good after `close`, whether it answers or not.
 */
export class RedisClients {
  readonly #url: string;
  readonly #all = new Set<Redis>();
  #closing = false;

  constructor(url: string) {
    this.#url = url;
  }

  /** For commands that nobody waits long for: each fails at once, or within a second, while Redis is away. */
  open(): Redis {
    return this.#add({
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      autoResendUnfulfilledCommands: false,
      commandTimeout: commandTimeoutMs,
      // A connection that answers nothing is given up, for a new one may find a server that does.
      socketTimeout: 5 * commandTimeoutMs,
    });
  }

  /** For BullMQ's workers: each command waits for Redis, however long it is away. */
  openPatient(): Redis {
    return this.#add({ maxRetriesPerRequest: null });
  }

  async close(): Promise<void> {
    this.#closing = true;
    await Promise.all([...this.#all].map((client) => goodbye(client)));
  }

  #add(options: RedisOptions): Redis {
    return this.#track(
      new Redis(this.#url, {
        ...options,
        connectTimeout: 5000,
        // Without a limit on tries: whoever closes us ends them.
        retryStrategy: (times) => (this.#closing ? null : Math.min(50 * 2 ** Math.min(times, 10), 1000)),
      }),
    );
  }

  #track(client: Redis): Redis {
    this.#all.add(client);
    client.once('end', () => this.#all.delete(client));
    // Whoever uses it learns of trouble by its commands; an error event without listener ends the process.
    client.on('error', () => {});
    // BullMQ makes copies for commands that block: they have to be closed like the rest.
    client.duplicate = (override) => this.#track(new Redis({ ...client.options, ...override }));
    return client;
  }
}

async function goodbye(client: Redis): Promise<void> {
  if (client.status === 'end') return;
  const { promise, resolve } = Promise.withResolvers<void>();
  client.once('end', resolve);
  const timer = setTimeout(resolve, goodbyeMs);
  const isBetweenTries = client.status === 'reconnecting';
  client.disconnect();
  // With no socket to close, ioredis says no end, and whoever waits for an answer waits on: one last try does.
  if (isBetweenTries)
    client.connect().then(
      () => client.disconnect(),
      () => {},
    );
  await promise;
  clearTimeout(timer);
  client.disconnect();
}
