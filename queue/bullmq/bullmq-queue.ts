import { randomUUID } from 'node:crypto';

import { Queue as BullQueue, Worker } from 'bullmq';
import type { Job, QueueOptions, WorkerOptions } from 'bullmq';
import type { Redis } from 'ioredis';

import { maskAddresses } from '../../src/domain/subscribers/mask-addresses.ts';
import type { Log } from '../../src/log/log.ts';
import { InProcessQueue } from '../in-process/in-process-queue.ts';
import type { JobHandler, ProcessOptions, Queue, RepeatingJob } from '../port.ts';
import { jobKey, queues } from '../queues.ts';
import type { Payload, QueueName } from '../queues.ts';
import { every } from '../schedulers/every.ts';
import { repeatingJobs } from '../schedulers/repeating-jobs.ts';
import { checkRedis } from './check-redis.ts';
import { RedisClients } from './redis-clients.ts';
import { RedisLimits } from './redis-limits.ts';
import { RedisPresence } from './redis-presence.ts';

export interface BullmqOptions {
  /** `redis[s]://[user:password@]host:port[/db]` */
  readonly url: string;
  readonly log: Log;
  /** What every key in Redis begins with. */
  readonly prefix?: string;
  /**
   * A process silent for this long counts as dead, and its jobs are run by another. Best as long as the lease
   * in the database, which is what decides whether that other one gets the work.
   */
  readonly lockMs?: number;
}

/** Kept for ops to inspect; finished jobs block no new ones. */
const kept = { removeOnComplete: { count: 50 }, removeOnFail: { count: 500 } };

/** A repeating job that is overdue by this much has lost its thread: flushed, or its worker died with it. */
const overdueMs = 2_000;

/** How long a worker of BullMQ may take to say goodbye, once nothing runs any more. */
const goodbyeMs = 2_000;

/**
 * The queue on BullMQ and Redis: one for all processes that know its URL. While Redis is away a process
 * that serves jobs goes on with what it announces itself, and one that only announces loses its hints.
 */
export class BullmqQueue implements Queue {
  readonly #options: Required<BullmqOptions>;
  readonly #clients: RedisClients;
  readonly #local: InProcessQueue;
  readonly #queues = new Map<string, BullQueue>();
  readonly #workers: Worker[] = [];
  readonly #loops: { stop(): Promise<void> }[] = [];
  readonly #running = new Set<Promise<unknown>>();
  readonly #served = new Set<QueueName>();
  #client: Redis | undefined;
  #patient: Redis | undefined;
  #presence: RedisPresence | undefined;
  #limits: RedisLimits | undefined;
  #closed: Promise<void> | undefined;

  constructor(options: BullmqOptions) {
    this.#options = { prefix: 'daybrief', lockMs: 15_000, ...options };
    this.#clients = new RedisClients(options.url);
    this.#local = new InProcessQueue(options);
  }

  check(): Promise<void> {
    return checkRedis(this.#options.url);
  }

  async add<Name extends QueueName>(name: Name, payload: Payload<Name>): Promise<void> {
    const data = queues[name].parse(payload) as Payload<Name>;
    if (this.#closed !== undefined) return;
    if (await this.#announce(name, data)) return;
    if (this.#served.has(name)) await this.#local.add(name, data);
  }

  process<Name extends QueueName>(name: Name, handler: JobHandler<Name>, options: ProcessOptions): void {
    this.#served.add(name);
    this.#local.process(name, handler, options);
    this.#serve(name, options, async (job) => {
      // From here on the same work may be announced again: what made it due may have come too late for us.
      await job.removeDeduplicationKey();
      await handler(queues[name].parse(job.data) as Payload<Name>);
    });
  }

  repeat(job: RepeatingJob): void {
    this.#serve(job.name, { concurrency: 1 }, () => job.run());
    const alone = async () => {
      if (!(await this.#redis().isHere())) await job.run();
    };
    const keep = { ...job, intervalMs: overdueMs / 2, run: () => this.#keepScheduled(job) };
    this.#loops.push(every({ ...job, run: alone }, this.#options), every(keep, this.#options));
  }

  /** What else all who use this queue share. */
  get limits(): RedisLimits {
    this.#limits ??= new RedisLimits(this.#briefly(), { ...this.#options, presence: this.#redis() });
    return this.#limits;
  }

  /** For counters that all processes share. Each command fails within a second while Redis is away. */
  get client(): Redis {
    return this.#briefly();
  }

  /** Every queue there is, as BullMQ knows it. */
  all(): readonly BullQueue[] {
    return [...Object.keys(queues), ...Object.keys(repeatingJobs)].map((name) => this.#queue(name));
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Whether the job is in Redis. */
  async #announce(name: QueueName, data: object): Promise<boolean> {
    const presence = this.#redis();
    if (!(await presence.isHere())) return false;
    const key = jobKey(name, data as Payload<typeof name>);
    try {
      // Its own id, because BullMQ would drop it in silence while a job of the same id runs or is kept.
      const options = { jobId: `${key}/${randomUUID().slice(0, 8)}`, deduplication: { id: key } };
      await this.#queue(name).add(name, data, options);
      return true;
    } catch (error) {
      presence.lost(error);
      return false;
    }
  }

  /** Puts a repeating job into Redis where it is missing: the first time, and after its loss. */
  async #keepScheduled(job: RepeatingJob): Promise<void> {
    const presence = this.#redis();
    if (!(await presence.isHere())) return;
    try {
      const queue = this.#queue(job.name);
      const scheduler = await queue.getJobScheduler(job.name);
      const overdue = Date.now() - (scheduler?.next ?? 0);
      if (overdue < job.intervalMs + overdueMs && scheduler?.every === job.intervalMs) return;
      const opts = { ...kept, removeOnComplete: true };
      await queue.upsertJobScheduler(job.name, { every: job.intervalMs }, { name: job.name, opts });
    } catch (error) {
      presence.lost(error);
    }
  }

  #serve(name: string, { concurrency }: ProcessOptions, run: (job: Job) => Promise<unknown>): void {
    const { log, prefix, lockMs } = this.#options;
    this.#patient ??= this.#clients.openPatient();
    const options: WorkerOptions = {
      connection: this.#patient,
      prefix,
      concurrency,
      lockDuration: lockMs,
      stalledInterval: lockMs / 2,
      // How soon a worker comes back after trouble with Redis.
      runRetryDelay: 1000,
    };
    const worker = new Worker(name, (job: Job) => this.#track(this.#run(job, run)), options);
    // `RedisPresence` logs once that Redis is unavailable; jobs lost to another worker raise errors here.
    worker.on('error', (error) => log.debug({ queue: name, error }, 'BullMQ worker in trouble'));
    this.#workers.push(worker);
  }

  async #run(job: Job, run: (job: Job) => Promise<unknown>): Promise<void> {
    if (this.#closed !== undefined) return;
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

  #redis(): RedisPresence {
    this.#presence ??= new RedisPresence(this.#briefly(), this.#options);
    return this.#presence;
  }

  #briefly(): Redis {
    return (this.#client ??= this.#clients.open());
  }

  #queue(name: string): BullQueue {
    let queue = this.#queues.get(name);
    if (queue === undefined) {
      const options: QueueOptions = {
        connection: this.#briefly(),
        prefix: this.#options.prefix,
        defaultJobOptions: { ...kept, stackTraceLimit: 0 },
        streams: { events: { maxLen: 100 } },
        skipWaitingForReady: true,
        // Checked by us; asking again could fail and leave the queue unusable for good.
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

  async #close(): Promise<void> {
    await Promise.all(this.#loops.map((loop) => loop.stop()));
    const goodbyes = this.#workers.map((worker) => worker.close());
    await this.#local.close();
    while (this.#running.size > 0) await Promise.allSettled(this.#running);
    if ((await this.#presence?.isHere()) !== false) await within(goodbyeMs, goodbyes);
    await this.#presence?.stop();
    await this.#clients.close();
    await within(goodbyeMs, goodbyes);
  }
}

/** Resolves when all have ended, however, or the time is over. */
async function within(milliseconds: number, promises: readonly Promise<unknown>[]): Promise<void> {
  const { promise: over, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, milliseconds);
  await Promise.race([Promise.allSettled(promises), over]);
  clearTimeout(timer);
}
