import { Redis } from 'ioredis';
import type { RedisOptions } from 'ioredis';

/** Timeout of a command that must not block. */
const commandTimeoutMs = 1000;

/** How long closing waits for a connection to end before it is cut. */
const closeTimeoutMs = 1000;

/**
 * The connections of one process to one Redis. After an interruption they reconnect within a second of the
 * server's return. `close` ends them even if Redis does not reply.
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
      // Closes a connection without replies: a new one may reach a server that replies.
      socketTimeout: 5 * commandTimeoutMs,
    });
  }

  /** Client for BullMQ's workers: each command waits until Redis is back. */
  openBlocking(): Redis {
    return this.#add({ maxRetriesPerRequest: null });
  }

  async close(): Promise<void> {
    this.#closing = true;
    await Promise.all([...this.#all].map((client) => disconnect(client)));
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
    // BullMQ duplicates clients for blocking commands: those must be closed, too.
    client.duplicate = (override) => this.#track(new Redis({ ...client.options, ...override }));
    return client;
  }
}

async function disconnect(client: Redis): Promise<void> {
  if (client.status === 'end') return;
  const { promise, resolve } = Promise.withResolvers<void>();
  client.once('end', resolve);
  const timer = setTimeout(resolve, closeTimeoutMs);
  const isBetweenRetries = client.status === 'reconnecting';
  client.disconnect();
  // Without a socket to close, ioredis emits no end and pending commands would wait forever; a last connection attempt ends them.
  if (isBetweenRetries)
    client.connect().then(
      () => client.disconnect(),
      () => {},
    );
  await promise;
  clearTimeout(timer);
  client.disconnect();
}
