import { randomUUID } from 'node:crypto';

import { Queue as BullQueue, Worker } from 'bullmq';
import type { Job, QueueOptions } from 'bullmq';
import type { Redis } from 'ioredis';

import { maskAddresses } from '../../src/domain/subscribers/mask-addresses.ts';
import type { Log } from '../../src/log/log.ts';
import type { ProcessOptions } from '../port.ts';
import { queues } from '../queues.ts';
import { repeatingJobs } from '../schedulers/repeating-jobs.ts';
import type { RedisClients } from './redis-clients.ts';

export interface BullmqJobsOptions {
  readonly log: Log;
  /** Prefix of every key in Redis. */
  readonly prefix: string;
  /** BullMQ gives a job to another worker if its own has been silent for this long. */
  readonly lockMs: number;
}

/** Keeps failed and some finished jobs for ops to inspect; they do not prevent new ones. */
const kept = { removeOnComplete: { count: 50 }, removeOnFail: { count: 500 } };

/** How long closing waits for a worker of BullMQ that runs no job. */
const closeTimeoutMs = 2_000;

/** The queues and workers of one process in BullMQ. Every command may fail while Redis is away. */
export class BullmqJobs {
  readonly #clients: RedisClients;
  readonly #options: BullmqJobsOptions;
  readonly #queues = new Map<string, BullQueue>();
  readonly #workers: Worker[] = [];
  readonly #running = new Set<Promise<unknown>>();
  #commands: Redis | undefined;
  #blocking: Redis | undefined;
  #closes: readonly Promise<void>[] = [];
  #closing = false;

  constructor(clients: RedisClients, options: BullmqJobsOptions) {
    this.#clients = clients;
    this.#options = options;
  }

  /** Each command fails within a second while Redis is away. */
  get commandClient(): Redis {
    return (this.#commands ??= this.#clients.open());
  }

  /** Deduplicated against waiting jobs of the same key, not against running or finished ones. */
  async enqueue(name: string, key: string, data: object): Promise<void> {
    // An id of its own, because BullMQ silently drops a job while one of the same id runs or is kept.
    const jobId = `${key}/${randomUUID().slice(0, 8)}`;
    await this.queue(name).add(name, data, { jobId, deduplication: { id: key } });
  }

  /** Starts a worker that runs the queue's jobs, at most `concurrency` at a time. */
  work(name: string, { concurrency }: ProcessOptions, run: (job: Job) => Promise<unknown>): void {
    const { log, prefix, lockMs } = this.#options;
    this.#blocking ??= this.#clients.openBlocking();
    const worker = new Worker(name, (job: Job) => this.#track(this.#run(job, run)), {
      connection: this.#blocking,
      prefix,
      concurrency,
      lockDuration: lockMs,
      stalledInterval: lockMs / 2,
      // How soon a worker tries again after an error of Redis.
      runRetryDelay: 1000,
    });
    // `RedisPresence` logs once that Redis is unavailable; jobs lost to another worker raise errors here.
    worker.on('error', (error) => log.debug({ queue: name, error }, 'BullMQ worker in trouble'));
    this.#workers.push(worker);
  }

  queue(name: string): BullQueue {
    let queue = this.#queues.get(name);
    if (queue === undefined) {
      const options: QueueOptions = {
        connection: this.commandClient,
        prefix: this.#options.prefix,
        defaultJobOptions: { ...kept, stackTraceLimit: 0 },
        streams: { events: { maxLen: 100 } },
        skipWaitingForReady: true,
        // `checkRedis` has checked the version; a second check could fail and make the queue permanently unusable.
        skipVersionCheck: true,
      };
      queue = new BullQueue(name, options);
      queue.on('error', (error) =>
        this.#options.log.debug({ queue: name, error }, 'BullMQ queue in trouble'),
      );
      this.#queues.set(name, queue);
    }
    return queue;
  }

  /** Returns every queue of Daybrief. */
  all(): readonly BullQueue[] {
    return [...Object.keys(queues), ...Object.keys(repeatingJobs)].map((name) => this.queue(name));
  }

  /** Starts no more jobs. */
  stop(): void {
    this.#closing = true;
    this.#closes = this.#workers.map((worker) => worker.close());
  }

  /** Resolves when the last running job has ended. */
  async drain(): Promise<void> {
    while (this.#running.size > 0) await Promise.allSettled(this.#running);
  }

  /** After `stop`: waits until the workers have closed, at most two seconds. */
  async waitForWorkers(): Promise<void> {
    const { promise: timeout, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, closeTimeoutMs);
    await Promise.race([Promise.allSettled(this.#closes), timeout]);
    clearTimeout(timer);
  }

  async #run(job: Job, run: (job: Job) => Promise<unknown>): Promise<void> {
    if (this.#closing) return;
    try {
      await run(job);
    } catch (error) {
      this.#options.log.error({ error, job: job.name, payload: job.data }, 'job failed');
      // Redis stores only hints, so errors kept in it must contain no address.
      throw new Error(maskAddresses((error as Error).message), { cause: error });
    }
  }

  async #track<T>(promise: Promise<T>): Promise<T> {
    this.#running.add(promise);
    try {
      return await promise;
    } finally {
      this.#running.delete(promise);
    }
  }
}
