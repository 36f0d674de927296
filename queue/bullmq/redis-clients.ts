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

  /** Client for commands that must not block: while Redis is unavailable each fails within a second. */
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
        // Retries without limit, until the client is closed.
        retryStrategy: (times) => (this.#closing ? null : Math.min(50 * 2 ** Math.min(times, 10), 1000)),
      }),
    );
  }

  #track(client: Redis): Redis {
    this.#all.add(client);
    client.once('end', () => this.#all.delete(client));
    // Errors reach callers through their commands; an error event without a listener would end the process.
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
  // Without a socket to close, ioredis emits no end and pending commands would wait forever; a last connection attempt ends them.
  if (isBetweenTries)
    client.connect().then(
      () => client.disconnect(),
      () => {},
    );
  await promise;
  clearTimeout(timer);
  client.disconnect();
}
