import type { Queue as BullQueue } from 'bullmq';
import type { Redis } from 'ioredis';

import type { Log } from '../../src/log/log.ts';
import { InProcessQueue } from '../in-process/in-process-queue.ts';
import type { JobHandler, ProcessOptions, Queue, RepeatingJob } from '../port.ts';
import { jobKey, queues } from '../queues.ts';
import type { Payload, QueueName } from '../queues.ts';
import { every } from '../schedulers/every.ts';
import { BullmqJobs } from './bullmq-jobs.ts';
import { checkRedis } from './check-redis.ts';
import { JobSchedulers } from './job-schedulers.ts';
import { RedisClients } from './redis-clients.ts';
import { RedisLimits } from './redis-limits.ts';
import { RedisPresence } from './redis-presence.ts';

export interface BullmqOptions {
  /** `redis[s]://[user:password@]host:port[/db]` */
  readonly url: string;
  readonly log: Log;
  /** Prefix of every key in Redis. */
  readonly prefix?: string;
  /**
   * A process silent for this long counts as dead, and its jobs run elsewhere. Best as long as the lease in
   * the database, which decides whether the other process gets the work.
   */
  readonly lockMs?: number;
}

/**
 * The queue on BullMQ and Redis, one for all processes with its URL, with a fallback while Redis is away: a
 * process that handles jobs continues with those it adds itself, and one that only adds jobs loses its hints.
 */
export class BullmqQueue implements Queue {
  readonly #options: Required<BullmqOptions>;
  readonly #clients: RedisClients;
  readonly #jobs: BullmqJobs;
  readonly #fallback: InProcessQueue;
  readonly #handled = new Set<QueueName>();
  readonly #fallbackLoops: { stop(): Promise<void> }[] = [];
  #connection: { readonly presence: RedisPresence; readonly schedulers: JobSchedulers } | undefined;
  #limits: RedisLimits | undefined;
  #closed: Promise<void> | undefined;

  constructor(options: BullmqOptions) {
    this.#options = { prefix: 'daybrief', lockMs: 15_000, ...options };
    this.#clients = new RedisClients(options.url);
    this.#jobs = new BullmqJobs(this.#clients, this.#options);
    this.#fallback = new InProcessQueue(options);
  }

  check(): Promise<void> {
    return checkRedis(this.#options.url);
  }

  async add<Name extends QueueName>(name: Name, payload: Payload<Name>): Promise<void> {
    const data = queues[name].parse(payload) as Payload<Name>;
    if (this.#closed !== undefined) return;
    const { presence } = this.#connect();
    if (await presence.isHere()) {
      try {
        return await this.#jobs.enqueue(name, jobKey(name, data), data);
      } catch (error) {
        presence.lost(error);
      }
    }
    if (this.#handled.has(name)) await this.#fallback.add(name, data);
  }

  process<Name extends QueueName>(name: Name, handler: JobHandler<Name>, options: ProcessOptions): void {
    this.#handled.add(name);
    this.#fallback.process(name, handler, options);
    this.#jobs.work(name, options, async (job) => {
      const data = queues[name].parse(job.data) as Payload<Name>;
      await this.#allowAgain(name, jobKey(name, data));
      await handler(data);
    });
  }

  repeat(job: RepeatingJob): void {
    const { presence, schedulers } = this.#connect();
    this.#jobs.work(job.name, { concurrency: 1 }, () => job.run());
    schedulers.keep(job);
    const runWhileAway = async () => {
      if (!(await presence.isHere())) await job.run();
    };
    this.#fallbackLoops.push(every({ ...job, run: runWhileAway }, this.#options));
  }

  /** Limits that all processes of this queue share. */
  get limits(): RedisLimits {
    const { presence } = this.#connect();
    this.#limits ??= new RedisLimits(this.#jobs.commandClient, { ...this.#options, presence });
    return this.#limits;
  }

  /** For counters that all processes share. Each command fails within a second while Redis is away. */
  get client(): Redis {
    return this.#jobs.commandClient;
  }

  all(): readonly BullQueue[] {
    return this.#jobs.all();
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /**
   * From now on the same work may be added again: it may have become due too late for this run. Not by the
   * worker's own connection, whose commands wait for Redis: without it the job, and `close`, would never end.
   */
  async #allowAgain(name: QueueName, key: string): Promise<void> {
    try {
      await this.#jobs.queue(name).removeDeduplicationKey(key);
    } catch (error) {
      this.#connect().presence.lost(error);
    }
  }

  #connect(): { readonly presence: RedisPresence; readonly schedulers: JobSchedulers } {
    if (this.#connection === undefined) {
      const presence = new RedisPresence(this.#jobs.commandClient, this.#options);
      const schedulers = new JobSchedulers(this.#jobs, { presence, log: this.#options.log });
      this.#connection = { presence, schedulers };
    }
    return this.#connection;
  }

  async #close(): Promise<void> {
    const { presence, schedulers } = this.#connection ?? {};
    await Promise.all([schedulers?.stop(), ...this.#fallbackLoops.map((loop) => loop.stop())]);
    this.#jobs.stop();
    await this.#fallback.close();
    await this.#jobs.drain();
    if ((await presence?.isHere()) !== false) await this.#jobs.waitForWorkers();
    await presence?.stop();
    await this.#clients.close();
    await this.#jobs.waitForWorkers();
  }
}
